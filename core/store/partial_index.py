"""Makes indexes of only those rows of a table that fulfil a condition."""

from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Index, Table, event

from core.store.dialect import is_postgres


def partial_index(
    name: str, *columns: Column[Any], where: ColumnElement[bool], unique: bool = False
) -> Index:
    """Return an index of the rows for which the condition holds, on SQLite and PostgreSQL.

    PostgreSQL's condition is set when the table is created. Set at once, it would make SQLAlchemy
    import PostgreSQL's dialect on SQLite too, which would lengthen the start.
    """
    index = Index(name, *columns, unique=unique, sqlite_where=where)

    def tell_postgres(_table: Table, connection: Connection, **_options: object) -> None:
        if is_postgres(connection):
            index.dialect_options["postgresql"]["where"] = where

    event.listen(index.table, "before_create", tell_postgres)
    return index
