"""Makes an insert with an ON CONFLICT clause, for SQLite and for PostgreSQL."""

from typing import TypeAlias

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Upsert: TypeAlias = postgresql.Insert | sqlite.Insert


def upsert_into(tx: Connection, table: Table) -> Upsert:
    """Return an insert with `on_conflict_do_update` and `on_conflict_do_nothing`.

    On PostgreSQL, a query or a deletion before a plain insert does not prevent a duplicate: two
    transactions can both find no row, and the second insert then fails.
    """
    if tx.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
