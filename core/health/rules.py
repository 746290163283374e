"""Data classes of the product's health, and the limits for an unreachable Slack and a late job."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.faults.rules import InstallationFault
from core.jobs.rules import JobState, is_overdue

# Slack counts as unreachable when nothing has come from it for so long.
SLACK_SEEN_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ProcessHealth:
    """The health of one process; `socket`, the Socket Mode connection, is None with HTTP."""

    started_at: datetime
    slack_seen_at: datetime | None
    hashes_waiting: int
    socket: bool | None = None

    def reaches_slack(self, now: datetime) -> bool:
        """Return whether anything came from Slack within `SLACK_SEEN_WITHIN`."""
        seen = self.slack_seen_at
        # A moment far ahead of now was written by a clock that was wrong.
        return seen is not None and abs(now - seen) <= SLACK_SEEN_WITHIN


@dataclass(frozen=True, slots=True)
class Health:
    """The health of all processes on the database together.

    `waiting` is the number of queued deliveries, `oldest` when the oldest of them was queued,
    `failed` the number of deliveries that failed within a day, `faults` what Slack or the mail
    server refuses at the moment.
    """

    waiting: int
    oldest: datetime | None
    failed: int
    jobs: tuple[JobState, ...]
    faults: tuple[InstallationFault, ...] = ()


def is_late(job: JobState, now: datetime) -> bool:
    """Return whether the job needs attention: its last run failed, or it is overdue."""
    return job.failures > 0 or is_overdue(job, now)
