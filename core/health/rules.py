"""What is told of the product's own health; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.jobs.rules import JobState

# After so long without a word from Slack, Slack counts as not reachable.
SLACK_SEEN_WITHIN = timedelta(minutes=5)
# A job that has been due for so long is late: nobody took it, or it keeps failing.
LATE_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class ProcessHealth:
    """How one process is; `socket` is None where Slack comes by HTTP."""

    started_at: datetime
    slack_seen_at: datetime | None
    hashes_waiting: int
    socket: bool | None = None

    def reaches_slack(self, now: datetime) -> bool:
        """Say whether Slack was reached lately."""
        return self.slack_seen_at is not None and now - self.slack_seen_at <= SLACK_SEEN_WITHIN


@dataclass(frozen=True, slots=True)
class Health:
    """How all processes on the database are together.

    `oldest` is since when the oldest waiting delivery waits, `failed` how many deliveries failed
    within a day.
    """

    waiting: int
    oldest: datetime | None
    failed: int
    jobs: tuple[JobState, ...]


def is_late(job: JobState, now: datetime) -> bool:
    """Say whether somebody should look at the job."""
    return job.failures > 0 or now - job.due_at > LATE_AFTER
