"""Locks rows until the transaction ends, on PostgreSQL; SQLite needs no such lock.

A transaction takes its locks in this order, so that no two of them wait for each other: the rows of
authorities, those of users and what belongs to them, and the tip of the audit chain. Last it
changes a unique value of a row that others refer to (an official name, a username): until it ends,
they wait to write rows that refer to this one, and they may hold the tip.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, func

from core.store.dialect import is_postgres

# A number of our own among the database's advisory locks.
_IN_TURN = 4_601_401

Query = TypeVar("Query", bound=Select[Any])


def locking(query: Query, *, skip_locked: bool = False) -> Query:
    """Return the query as one that locks its rows on PostgreSQL until the transaction ends.

    Others can still write rows that refer to a locked one; `FOR UPDATE` would make them wait, and
    two transactions could deadlock. With `skip_locked`, the query leaves out the rows that others
    have locked.
    """
    return query.with_for_update(key_share=True, skip_locked=skip_locked)


def locking_in_turn(
    number: ColumnElement[int], query: Select[tuple[int]], *, shared: bool = False
) -> Select[Any]:
    """Return the query as one that PostgreSQL's transactions wait for in the order of arrival.

    A transaction holds an advisory lock on the `number` of each row before it waits for the row.
    With `shared`, others can take the same lock. It is no lock of the row: PostgreSQL lets those
    pass a transaction that waits to change the row, so that it might wait for ever.
    """
    if shared:
        return query.add_columns(func.pg_advisory_xact_lock_shared(_IN_TURN, number))
    return locking(query.add_columns(func.pg_advisory_xact_lock(_IN_TURN, number)))


def lock_rows(tx: Connection, query: Select[tuple[Any, ...]], values: Mapping[str, object]) -> None:
    """Lock the rows of a query made by `locking` or `locking_in_turn` until the transaction ends.

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
