"""Tells which database a connection is to."""

from sqlalchemy import Connection


def is_postgres(connection: Connection) -> bool:
    """Return whether the database is PostgreSQL; otherwise it is SQLite."""
    return connection.dialect.name == "postgresql"
