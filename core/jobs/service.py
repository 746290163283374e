"""Registers scheduled jobs, leases them to one process at a time, and records their outcomes."""

from datetime import datetime

from sqlalchemy import Connection

from core.jobs import rows
from core.jobs.rules import LEASE_TIME, JobState, Recurrence, backoff_after, is_due, is_free
from core.text_lengths import LONGEST_ERROR_NAME


def register(tx: Connection, name: str, recurrence: Recurrence, now: datetime) -> None:
    """Add the job if it is new; a daily one is due at its hour, any other at once.

    Of a known job only the interval is written, since a new version may have changed it.
    """
    rows.add(tx, name, now if recurrence.at is None else recurrence.after(now), recurrence.every)


def claim(tx: Connection, name: str, now: datetime) -> bool:
    """Claim the job if it is due and no other process holds its lease; return whether it did."""
    job = rows.lock(tx, name)
    if job is None or not (is_due(job, now) and is_free(job, now)):
        return False
    rows.lease(tx, name, now, now + LEASE_TIME)
    return True


def renew(tx: Connection, name: str, now: datetime) -> None:
    """Renew the lease of a job that still runs."""
    rows.renew(tx, name, now + LEASE_TIME)


def record_success(tx: Connection, name: str, recurrence: Recurrence, now: datetime) -> None:
    """Record that the job succeeded, and when it is due again, counted from its beginning.

    After a run that took longer than the interval, the job is due an interval later than now.
    """
    job = rows.find(tx, name)
    due_at = recurrence.after(_began(job, now))
    if due_at <= now:
        due_at = recurrence.after(now)
    rows.release(tx, name, due_at, succeeded_at=now, failures=0, error=None)


def record_failure(tx: Connection, name: str, error: str, now: datetime) -> None:
    """Record that the job failed, with the name of the error; it is retried with backoff."""
    state = rows.find(tx, name)
    failures = 1 if state is None else state.failures + 1
    rows.release(
        tx, name, now + backoff_after(failures), failures=failures, error=error[:LONGEST_ERROR_NAME]
    )


def release(tx: Connection, name: str, now: datetime) -> None:
    """Release the lease of a job that was interrupted, by a shutdown say; it is due at once."""
    rows.release(tx, name, now)


def _began(job: JobState | None, now: datetime) -> datetime:
    return now if job is None or job.started_at is None else min(job.started_at, now)
