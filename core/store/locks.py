"""Locks rows until the transaction ends, on PostgreSQL; SQLite needs no such lock."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select


def lock_rows(tx: Connection, query: Select[tuple[Any, ...]], values: Mapping[str, object]) -> None:
    """Lock the rows of a query `… FOR UPDATE` until the transaction ends.

    Nothing is sent to SQLite: a transaction that writes begins with `BEGIN IMMEDIATE` there, so
    that it is the only one. What is to hold under the lock is read after it, by a statement of its
    own: on PostgreSQL a statement that waits for a lock reads other tables as they were before.
    """
    if needs_locks(tx):
        tx.execute(query, values)


def needs_locks(tx: Connection) -> bool:
    """Return whether rows have to be locked; if not, no other transaction writes."""
    return tx.dialect.name == "postgresql"
