"""Taking a job in hand, so that of several processes one does it, and writing what came of it."""

from datetime import datetime

from sqlalchemy import Connection

from core.jobs import rows
from core.jobs.rules import LEASE, Recurrence, backoff_after


def register(tx: Connection, name: str, recurrence: Recurrence, now: datetime) -> None:
    """Make the job known: a daily one is due at its hour, another one at once."""
    rows.add(tx, name, now if recurrence.at is None else recurrence.after(now))


def claim(tx: Connection, name: str, now: datetime) -> bool:
    """Take the job in hand if it is due and nobody else has it; say whether."""
    return rows.claim(tx, name, now, now + LEASE)


def renew(tx: Connection, name: str, now: datetime) -> None:
    """Hold a job that still runs."""
    rows.renew(tx, name, now + LEASE)


def record_success(tx: Connection, name: str, recurrence: Recurrence, now: datetime) -> None:
    """Write that the job is done, and when it is due again."""
    rows.release(tx, name, recurrence.after(now), succeeded_at=now, failures=0, error=None)


def record_failure(tx: Connection, name: str, error: str, now: datetime) -> None:
    """Write that the job failed, with the name of the error; it is tried again before long."""
    state = rows.find(tx, name)
    failures = 1 if state is None else state.failures + 1
    rows.release(tx, name, now + backoff_after(failures), failures=failures, error=error[:60])


def release(tx: Connection, name: str, now: datetime) -> None:
    """Let go of a job that was cut off, as when the process ends; it is due at once."""
    rows.release(tx, name, now)
