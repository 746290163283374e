"""When a job is due again; pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

# Renewed while the job runs; a process that dies lets go of the job after so long.
LEASE = timedelta(minutes=5)
FIRST_BACKOFF = timedelta(minutes=1)
LONGEST_BACKOFF = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often a job runs: `every` so often, or daily `at` an hour in UTC."""

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
    """How a job stands; times are UTC, `error` is the name of what it last failed with."""

    name: str
    due_at: datetime
    started_at: datetime | None
    succeeded_at: datetime | None
    failures: int
    error: str | None


def backoff_after(failures: int) -> timedelta:
    """Return how long a job waits after so many failures in a row: doubling, an hour at most."""
    pause: timedelta = FIRST_BACKOFF * int(2 ** min(failures - 1, 20))
    return min(pause, LONGEST_BACKOFF)
