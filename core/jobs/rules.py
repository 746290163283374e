"""The schedule of a job: when it is due again after a success or a failure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

# Renewed while the job runs; when the process dies, another can claim the job after so long.
LEASE = timedelta(minutes=5)
FIRST_BACKOFF = timedelta(minutes=1)
LONGEST_BACKOFF = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The recurrence of a job: after each interval `every`, or daily at the hour `at` in UTC."""

    every: timedelta = timedelta(days=1)
    at: time | None = None

    def after(self, now: datetime) -> datetime:
        """Return when the job is due again after `now`."""
        if self.at is None:
            return now + self.every
        today = datetime.combine(now.astimezone(UTC).date(), self.at, tzinfo=UTC)
        return today if today > now else today + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class JobState:
    """The state of a job: the failures in a row, and the class name of the last in `error`."""

    name: str
    due_at: datetime
    started_at: datetime | None
    succeeded_at: datetime | None
    failures: int
    error: str | None


def backoff_after(failures: int) -> timedelta:
    """Return the backoff after so many failures in a row: it doubles up to an hour."""
    backoff: timedelta = FIRST_BACKOFF * int(2 ** min(failures - 1, 20))
    return min(backoff, LONGEST_BACKOFF)
