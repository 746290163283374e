"""What the database holds, as one text to search in."""

from sqlalchemy import Connection, inspect, text


def everything(tx: Connection) -> str:
    """Return every row of every table."""
    return "\n".join(table(tx, name) for name in inspect(tx).get_table_names())


def table(tx: Connection, name: str) -> str:
    """Return every row of one table."""
    return str(tx.execute(text(f"SELECT * FROM {name}")).all())  # noqa: S608 - our own tables
