"""Rules for scheduled jobs: the next run, the backoff after failures, and when a job is overdue."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from core.backoff import exponential_backoff
from core.clock_skew import is_too_far_ahead

# Renewed while the job runs; after this time another process can claim the job of one that died.
LEASE_TIME = timedelta(minutes=5)
FIRST_BACKOFF = timedelta(minutes=1)
MAX_BACKOFF = timedelta(hours=1)
# Timers may fire this much too early.
EARLY = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The recurrence of a job: after each interval `every`, or daily at the hour `at` in UTC."""

    every: timedelta = timedelta(days=1)
    at: time | None = None

    def after(self, now: datetime) -> datetime:
        """Return when the job is due again after a run that began at `now`."""
        if self.at is None:
            return now + self.every
        today = datetime.combine(now.astimezone(UTC).date(), self.at, tzinfo=UTC)
        return today if today > now + EARLY else today + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class JobState:
    """The state of a job: the failures in a row, and the class name of the last in `error`."""

    name: str
    due_at: datetime
    started_at: datetime | None
    succeeded_at: datetime | None
    failures: int
    error: str | None
    leased_until: datetime | None = None
    every: timedelta = timedelta(days=1)


def is_due(job: JobState, now: datetime) -> bool:
    """Return whether the job is due (B03).

    A job never waits longer than its interval or its backoff. If its due time is later, a clock
    that was ahead wrote it, or the clock has been set back; then the job is due now.
    """
    return job.due_at <= now + EARLY or job.due_at > now + _longest_wait(job) + EARLY


def is_free(job: JobState, now: datetime) -> bool:
    """Return whether no process holds the job; a lease that ends too far ahead does not count."""
    until = job.leased_until
    return until is None or until <= now or is_too_far_ahead(until, now, LEASE_TIME)


def next_check(job: JobState, now: datetime) -> datetime:
    """Return the time at which the job is due and no process holds it."""
    due = now if is_due(job, now) else job.due_at
    return due if is_free(job, now) or job.leased_until is None else max(due, job.leased_until)


def is_overdue(job: JobState, now: datetime) -> bool:
    """Return whether the job has not succeeded for longer than twice its interval.

    A last success in the future was written by a wrong clock, and counts as overdue too.
    """
    since = job.due_at - job.every if job.succeeded_at is None else job.succeeded_at
    return is_too_far_ahead(since, now) or now - since > 2 * job.every


def backoff_after(failures: int) -> timedelta:
    """Return the backoff after so many failures in a row: it doubles up to an hour."""
    return exponential_backoff(failures, FIRST_BACKOFF, MAX_BACKOFF)


def _longest_wait(job: JobState) -> timedelta:
    return max(job.every, backoff_after(job.failures)) if job.failures else job.every
