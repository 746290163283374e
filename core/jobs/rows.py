"""The jobs in the database: all their SQL, and nothing but."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from core.jobs.rules import JobState
from core.schema.jobs import jobs


def add(tx: Connection, name: str, due_at: datetime) -> None:
    """Write a job that is not there yet; one that is there stays as it is."""
    if tx.execute(select(jobs.c.name).where(jobs.c.name == name)).first() is not None:
        return
    try:
        with tx.begin_nested():
            tx.execute(insert(jobs).values(name=name, due_at=due_at, failures=0))
    except IntegrityError:
        # Another process wrote it between our look and our write.
        return


def claim(tx: Connection, name: str, now: datetime, until: datetime) -> bool:
    """Take the job in hand until then if it is due and nobody has it; say whether."""
    free = or_(jobs.c.leased_until.is_(None), jobs.c.leased_until <= now)
    taken = tx.execute(
        update(jobs)
        .where(jobs.c.name == name, jobs.c.due_at <= now, free)
        .values(leased_until=until, started_at=now)
    )
    return taken.rowcount == 1


def renew(tx: Connection, name: str, until: datetime) -> None:
    """Hold a job that runs a while longer."""
    tx.execute(update(jobs).where(jobs.c.name == name).values(leased_until=until))


def release(tx: Connection, name: str, due_at: datetime, **values: object) -> None:
    """Let go of the job, due again then, with what came of it."""
    tx.execute(
        update(jobs).where(jobs.c.name == name).values(due_at=due_at, leased_until=None, **values)
    )


def find(tx: Connection, name: str) -> JobState | None:
    """Return how the job stands, or None."""
    row = tx.execute(select(jobs).where(jobs.c.name == name)).one_or_none()
    return None if row is None else _state(row)


def all_jobs(tx: Connection) -> tuple[JobState, ...]:
    """Return how each job stands, by name."""
    return tuple(map(_state, tx.execute(select(jobs).order_by(jobs.c.name))))


def is_any_due(tx: Connection, now: datetime) -> bool:
    """Say whether a job waits for somebody to take it in hand."""
    free = or_(jobs.c.leased_until.is_(None), jobs.c.leased_until <= now)
    return tx.execute(select(jobs.c.name).where(jobs.c.due_at <= now, free)).first() is not None


def _state(row: Row[Any]) -> JobState:
    return JobState(row.name, row.due_at, row.started_at, row.succeeded_at, row.failures, row.error)
