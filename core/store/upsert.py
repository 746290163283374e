"""Makes inserts with an ON CONFLICT clause, for SQLite and for PostgreSQL."""

from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Column, Connection, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.dml import ReturningInsert

from core.store.dialect import is_postgres
from core.store.prepared import Prepared

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Upsert: TypeAlias = "postgresql.Insert | sqlite.Insert"


def upsert_into(tx: Connection, table: Table) -> Upsert:
    """Return an insert with `on_conflict_do_update` and `on_conflict_do_nothing`.

    On PostgreSQL, a query or a deletion before a plain insert does not prevent a duplicate: two
    transactions can both find no row, and the second insert then fails.
    """
    if is_postgres(tx):
        return insert_on_postgres(table)
    return sqlite.insert(table)


def insert_or_nothing(table: Table, *returning: Column[Any]) -> Prepared:
    """Return an insert that does nothing where a unique value is taken.

    It returns the columns of the rows that it wrote, and none of those that it did not.
    Unlike a plain insert that fails, it needs no savepoint around it.
    """

    def on_postgres() -> ReturningInsert[Any]:
        return insert_on_postgres(table).on_conflict_do_nothing().returning(*returning)

    on_sqlite = sqlite.insert(table).on_conflict_do_nothing().returning(*returning)
    return Prepared(on_sqlite, on_postgres)


def insert_on_postgres(table: Table) -> "postgresql.Insert":
    """Return PostgreSQL's own insert, for a statement that SQLite never runs."""
    # Imported for PostgreSQL only, to shorten the start on SQLite (`benchmarks/start.py`).
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415

    return postgresql.insert(table)
