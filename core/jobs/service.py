"""Taking a job in hand, so that of several processes one does it, and writing what came of it."""

from datetime import datetime

from sqlalchemy import Connection

from core.jobs import rows
from core.jobs.rules import LEASE, Recurrence, pause_after
from core.limits import LONGEST_ERROR_NAME


def register(tx: Connection, name: str, rhythm: Recurrence, now: datetime) -> None:
    """Make the job known: a daily one is due at its hour, another one at once."""
    rows.add(tx, name, now if rhythm.at is None else rhythm.after(now))


def take(tx: Connection, name: str, now: datetime) -> bool:
    """Take the job in hand if it is due and nobody else has it; say whether."""
    return rows.take(tx, name, now, now + LEASE)


def keep(tx: Connection, name: str, now: datetime) -> None:
    """Hold a job that still runs."""
    rows.keep(tx, name, now + LEASE)


def succeeded(tx: Connection, name: str, rhythm: Recurrence, now: datetime) -> None:
    """Write that the job is done, and when it is due again."""
    rows.put_down(tx, name, rhythm.after(now), succeeded_at=now, failures=0, error=None)


def failed(tx: Connection, name: str, error: str, now: datetime) -> None:
    """Write that the job failed, with the name of the error; it is tried again before long."""
    state = rows.find(tx, name)
    failures = 1 if state is None else state.failures + 1
    rows.put_down(
        tx, name, now + pause_after(failures), failures=failures, error=error[:LONGEST_ERROR_NAME]
    )


def put_back(tx: Connection, name: str, now: datetime) -> None:
    """Let go of a job that was cut off, as when the process ends; it is due at once."""
    rows.put_down(tx, name, now)
