"""Tells whether one statement can write several tables (`WITH added AS (INSERT …) …`)."""

from sqlalchemy import Connection

from core.store.dialect import is_postgres


def can_write_together(tx: Connection) -> bool:
    """Return whether one statement can write several tables: on PostgreSQL, not on SQLite.

    It saves round trips, which take longer than the writing. SQLite has no server.
    """
    return is_postgres(tx)
