"""Inserting a row that another transaction may insert at the same moment, on both databases."""

from typing import TypeAlias

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Upsert: TypeAlias = postgresql.Insert | sqlite.Insert


def upsert_into(tx: Connection, table: Table) -> Upsert:
    """Return an insert with `on_conflict_do_update` and `on_conflict_do_nothing`.

    A query before a plain insert, or a deletion before it, does not keep a row unique on
    PostgreSQL: two transactions can both pass the query, and the second insert then fails.
    """
    if tx.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
