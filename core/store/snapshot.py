"""One moment of the database, for reads of many statements."""

from sqlalchemy import Connection, text


def take(tx: Connection) -> None:
    """Let all that this transaction reads be of one moment, whatever is written meanwhile.

    It comes before anything is read. On SQLite every transaction is like that.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
