"""Locks rows until the transaction ends, on PostgreSQL; SQLite needs no such lock."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection, Select

from core.store.dialect import is_postgres

Query = TypeVar("Query", bound=Select[Any])


def locking(query: Query, *, shared: bool = False, skip_locked: bool = False) -> Query:
    """Return the query as one that locks its rows on PostgreSQL until the transaction ends.

    Others can still write rows that refer to a locked one; `FOR UPDATE` would make them wait, and
    two transactions could deadlock. With `shared`, others can take the same lock but not change
    the row. With `skip_locked`, the query leaves out the rows that others have locked.
    """
    return query.with_for_update(read=shared, key_share=not shared, skip_locked=skip_locked)


def lock_rows(tx: Connection, query: Select[tuple[Any, ...]], values: Mapping[str, object]) -> None:
    """Lock the rows of a query made by `locking` until the transaction ends.

    Nothing is sent to SQLite: a transaction that writes begins with `BEGIN IMMEDIATE` there, so
    that it is the only one. Data that must not change under the lock is read after it, by another
    statement: on PostgreSQL a statement that waits for a lock reads other tables as they were
    before.
    """
    if needs_locks(tx):
        tx.execute(query, values)


def needs_locks(tx: Connection) -> bool:
    """Return whether rows have to be locked; if not, no other transaction writes."""
    return is_postgres(tx)
