"""Dumps the database as one text, in which tests search for secrets."""

from sqlalchemy import Connection, inspect, text


def dump_database(tx: Connection) -> str:
    """Return every row of every table."""
    return "\n".join(dump_table(tx, name) for name in inspect(tx).get_table_names())


def dump_table(tx: Connection, name: str) -> str:
    """Return every row of one table."""
    return str(tx.execute(text(f"SELECT * FROM {name}")).all())  # noqa: S608 - our own tables
