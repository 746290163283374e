"""Data classes of the product's health, and the limits beyond which a value is a problem."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.faults.rules import InstallationFault
from core.jobs.rules import JobState, is_overdue

# Slack counts as unreachable when nothing has come from it for this long.
SLACK_SEEN_WITHIN = timedelta(minutes=5)
# Slack's requests by HTTP are valid for this long: with a clock further off, all are refused.
MAX_CLOCK_DIFFERENCE = timedelta(minutes=5)
# A difference that is worth a warning.
NOTABLE_CLOCK_DIFFERENCE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedRequests:
    """The numbers of requests by HTTP with a right and with a wrong signature since the start."""

    right: int = 0
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class ProcessHealth:
    """The health of one process; `socket`, the Socket Mode connection, is None with HTTP.

    `clock_ahead` is how far this machine's clock is ahead of Slack's; None if not known.
    """

    started_at: datetime
    slack_seen_at: datetime | None
    hashes_waiting: int
    socket: bool | None = None
    clock_ahead: timedelta | None = None
    signed_requests: SignedRequests = SignedRequests()

    def reaches_slack(self, now: datetime) -> bool:
        """Return whether anything came from Slack within `SLACK_SEEN_WITHIN`."""
        seen = self.slack_seen_at
        # A moment far ahead of now was written by a clock that was wrong.
        return seen is not None and abs(now - seen) <= SLACK_SEEN_WITHIN

    @property
    def clock_differs(self) -> bool:
        """Return whether the clock is notably ahead of Slack's, or behind it."""
        return self.clock_ahead is not None and abs(self.clock_ahead) > NOTABLE_CLOCK_DIFFERENCE

    @property
    def refuses_slack_for_its_clock(self) -> bool:
        """Return whether the clock is so wrong that Slack's requests by HTTP are refused."""
        ahead = self.clock_ahead
        return self.socket is None and ahead is not None and abs(ahead) > MAX_CLOCK_DIFFERENCE

    @property
    def has_doubtful_secret(self) -> bool:
        """Return whether every signature so far was wrong: strangers, or our signing secret."""
        return self.signed_requests.wrong > 0 and not self.signed_requests.right


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
