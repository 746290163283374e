"""Makes all reads of a transaction see one consistent snapshot of the database."""

from sqlalchemy import Connection, text

from core.store.dialect import is_postgres


def take(tx: Connection) -> None:
    """Make the whole transaction read from one snapshot, whatever others commit meanwhile.

    Call it before the first statement. On SQLite every transaction reads from a snapshot anyway.
    """
    if is_postgres(tx):
        tx.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
