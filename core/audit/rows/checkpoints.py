"""The SQL of the signed checkpoints of the audit trail."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import OperationalError

from core.audit.checkpoints import Checkpoint
from core.schema.audit import audit_checkpoints

_ALL = select(audit_checkpoints).order_by(audit_checkpoints.c.number)
_NUMBERS = select(audit_checkpoints.c.number)
_NEWEST_FIRST = audit_checkpoints.c.number.desc()


def add(tx: Connection, checkpoint: Checkpoint) -> None:
    """Insert the checkpoint."""
    tx.execute(
        insert(audit_checkpoints).values(
            number=checkpoint.number,
            entry_hash=checkpoint.entry_hash,
            made_at=checkpoint.made_at,
            previous_number=checkpoint.previous_number,
            mac=checkpoint.mac,
            key_id=checkpoint.key_id,
            retained=False,
            posted=False,
        )
    )


def delete_unless_retained(tx: Connection, number: int) -> bool:
    """Delete the checkpoint unless it is retained; return whether it was deleted."""
    deleted = tx.execute(
        delete(audit_checkpoints).where(
            audit_checkpoints.c.number == number, audit_checkpoints.c.retained.is_(False)
        )
    )
    return deleted.rowcount == 1


def find(tx: Connection, number: int) -> Checkpoint | None:
    """Return the checkpoint of this number, or None."""
    query = select(audit_checkpoints).where(audit_checkpoints.c.number == number)
    row = tx.execute(query).one_or_none()
    return None if row is None else _checkpoint(row)


def all_checkpoints(tx: Connection) -> tuple[Checkpoint, ...]:
    """Return all checkpoints, oldest first."""
    return tuple(map(_checkpoint, tx.execute(_ALL)))


def scan(tx: Connection) -> Iterator[Checkpoint | int]:
    """Yield every stored checkpoint, oldest first; of one that cannot be read only the number."""
    for number in tx.scalars(_NUMBERS.order_by(audit_checkpoints.c.number)).all():
        yield _read_or_number(tx, number)


def newest(tx: Connection) -> Checkpoint | int | None:
    """Return the newest checkpoint, its number if it cannot be read, or None without any."""
    number = tx.scalar(_NUMBERS.order_by(_NEWEST_FIRST).limit(1))
    return None if number is None else _read_or_number(tx, number)


def signed_with_others(tx: Connection, key_id: str) -> Iterator[Checkpoint | int]:
    """Yield the checkpoints that another key than this one signed, as `scan` does."""
    query = _NUMBERS.where(audit_checkpoints.c.key_id != key_id)
    for number in tx.scalars(query.order_by(audit_checkpoints.c.number)).all():
        yield _read_or_number(tx, number)


def replace_mac(tx: Connection, checkpoint: Checkpoint) -> None:
    """Write the MAC of the checkpoint, and the name of its key."""
    changed = update(audit_checkpoints).where(audit_checkpoints.c.number == checkpoint.number)
    tx.execute(changed.values(mac=checkpoint.mac, key_id=checkpoint.key_id))


def retain_newest(tx: Connection) -> Checkpoint | None:
    """Retain the newest checkpoint for ever; return it if it was not posted yet, else None."""
    query = select(audit_checkpoints).order_by(_NEWEST_FIRST).limit(1)
    row = tx.execute(query).one_or_none()
    if row is None or row.posted:
        return None
    _set(tx, row.number, retained=True)
    return _checkpoint(row)


def mark_posted(tx: Connection, number: int) -> None:
    """Note that the checkpoint was posted outside the database."""
    _set(tx, number, posted=True)


def _set(tx: Connection, number: int, **values: bool) -> None:
    tx.execute(
        update(audit_checkpoints).where(audit_checkpoints.c.number == number).values(**values)
    )


def _read_or_number(tx: Connection, number: int) -> Checkpoint | int:
    try:
        return find(tx, number) or number
    except (ValueError, TypeError, OverflowError, OperationalError):
        return number


def _checkpoint(row: Row[Any]) -> Checkpoint:
    """Return the checkpoint; SQLite stores values of any type in any column.

    Raises:
        TypeError: a value has a type that the product does not write.
    """
    texts = all(isinstance(value, str) for value in (row.entry_hash, row.mac, row.key_id))
    if not texts or not isinstance(row.previous_number, int):
        raise TypeError("This is no checkpoint.")
    return Checkpoint(
        row.number, row.entry_hash, row.made_at, row.previous_number, row.mac, row.key_id
    )
