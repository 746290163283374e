"""Makes all reads of a transaction see one consistent snapshot of the database."""

from sqlalchemy import Connection, text


def take(tx: Connection) -> None:
    """Make the whole transaction read from one snapshot, whatever others commit meanwhile.

    Call it before the first statement. On SQLite every transaction reads from a snapshot anyway.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
