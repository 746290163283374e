"""The SQL of the scheduled jobs and their leases."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from core.jobs.rules import JobState
from core.schema.jobs import jobs
from core.store.locks import locking
from core.store.upsert import upsert_into


def add(tx: Connection, name: str, due_at: datetime, every: timedelta) -> None:
    """Insert the job if it is new; of an existing one only the interval is written."""
    new = upsert_into(tx, jobs).values(
        name=name, due_at=due_at, failures=0, interval_seconds=every.total_seconds()
    )
    interval = new.excluded.interval_seconds
    tx.execute(
        new.on_conflict_do_update(
            index_elements=[jobs.c.name],
            set_={"interval_seconds": interval},
            where=jobs.c.interval_seconds != interval,
        )
    )


def lock(tx: Connection, name: str) -> JobState | None:
    """Lock the job until the transaction ends, and return it, or None if there is none."""
    query = locking(select(jobs).where(jobs.c.name == name))
    row = tx.execute(query).one_or_none()
    return None if row is None else _state(row)


def lease(tx: Connection, name: str, now: datetime, until: datetime) -> None:
    """Write that a process holds the job until then and begins it now."""
    tx.execute(update(jobs).where(jobs.c.name == name).values(leased_until=until, started_at=now))


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


def _state(row: Row[Any]) -> JobState:
    return JobState(
        name=row.name,
        due_at=row.due_at,
        started_at=row.started_at,
        succeeded_at=row.succeeded_at,
        failures=row.failures,
        error=row.error,
        leased_until=row.leased_until,
        every=timedelta(seconds=row.interval_seconds),
    )
