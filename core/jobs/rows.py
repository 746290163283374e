"""The SQL of the scheduled jobs."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from core.jobs.rules import JobState
from core.schema.jobs import jobs


def add(tx: Connection, name: str, due_at: datetime) -> None:
    """Insert the job if it is new; an existing one is left as it is."""
    if tx.execute(select(jobs.c.name).where(jobs.c.name == name)).first() is not None:
        return
    try:
        with tx.begin_nested():
            tx.execute(insert(jobs).values(name=name, due_at=due_at, failures=0))
    except IntegrityError:
        # Another process inserted it after the query above.
        return


def claim(tx: Connection, name: str, now: datetime, until: datetime) -> bool:
    """Claim the job until then if it is due and has no valid lease; return whether it did."""
    free = or_(jobs.c.leased_until.is_(None), jobs.c.leased_until <= now)
    claimed = tx.execute(
        update(jobs)
        .where(jobs.c.name == name, jobs.c.due_at <= now, free)
        .values(leased_until=until, started_at=now)
    )
    return claimed.rowcount == 1


def renew(tx: Connection, name: str, until: datetime) -> None:
    """Extend the lease of the job."""
    tx.execute(update(jobs).where(jobs.c.name == name).values(leased_until=until))


def release(tx: Connection, name: str, due_at: datetime, **values: object) -> None:
    """Release the job's lease, and set when it is due again and the other given columns."""
    tx.execute(
        update(jobs).where(jobs.c.name == name).values(due_at=due_at, leased_until=None, **values)
    )


def find(tx: Connection, name: str) -> JobState | None:
    """Return the state of the job, or None if there is no such job."""
    row = tx.execute(select(jobs).where(jobs.c.name == name)).one_or_none()
    return None if row is None else _state(row)


def all_jobs(tx: Connection) -> tuple[JobState, ...]:
    """Return the states of all jobs, ordered by name."""
    return tuple(map(_state, tx.execute(select(jobs).order_by(jobs.c.name))))


def is_any_due(tx: Connection, now: datetime) -> bool:
    """Return whether a job is due and has no valid lease."""
    free = or_(jobs.c.leased_until.is_(None), jobs.c.leased_until <= now)
    return tx.execute(select(jobs.c.name).where(jobs.c.due_at <= now, free)).first() is not None


def _state(row: Row[Any]) -> JobState:
    return JobState(row.name, row.due_at, row.started_at, row.succeeded_at, row.failures, row.error)
