"""Signed heads of the trail in the database: all their SQL, and nothing but."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import OperationalError

from core.audit.checkpoints import Checkpoint
from core.schema.audit import audit_checkpoints


def add(tx: Connection, head: Checkpoint) -> None:
    """Write the head."""
    tx.execute(
        insert(audit_checkpoints).values(
            number=head.number,
            entry_hash=head.entry_hash,
            made_at=head.made_at,
            previous_number=head.previous_number,
            mac=head.mac,
            retained=False,
            posted=False,
        )
    )


def delete_unless_retained(tx: Connection, number: int) -> bool:
    """Let the head go unless it is kept; say whether it went."""
    gone = tx.execute(
        delete(audit_checkpoints).where(
            audit_checkpoints.c.number == number, audit_checkpoints.c.retained.is_(False)
        )
    )
    return gone.rowcount == 1


def find(tx: Connection, number: int) -> Checkpoint | None:
    """Return the head of this number, or None."""
    row = tx.execute(
        select(audit_checkpoints).where(audit_checkpoints.c.number == number)
    ).one_or_none()
    return None if row is None else _head(row)


def all_checkpoints(tx: Connection) -> tuple[Checkpoint, ...]:
    """Return all checkpoints, oldest first."""
    return tuple(
        map(_head, tx.execute(select(audit_checkpoints).order_by(audit_checkpoints.c.number)))
    )


def scan(tx: Connection) -> Iterator[Checkpoint | int]:
    """Yield whatever stands in the table; of what is no head only the number."""
    for number in tx.scalars(
        select(audit_checkpoints.c.number).order_by(audit_checkpoints.c.number)
    ).all():
        yield _one_found(tx, number)


def newest(tx: Connection) -> Checkpoint | int | None:
    """Return the newest head, or only the number of what is none; None where there is nothing."""
    number = tx.scalar(
        select(audit_checkpoints.c.number).order_by(audit_checkpoints.c.number.desc()).limit(1)
    )
    return None if number is None else _one_found(tx, number)


def retain_newest(tx: Connection) -> Checkpoint | None:
    """Keep the newest head for ever, and return it if it was not posted yet."""
    row = tx.execute(
        select(audit_checkpoints).order_by(audit_checkpoints.c.number.desc()).limit(1)
    ).one_or_none()
    if row is None or row.posted:
        return None
    tx.execute(
        update(audit_checkpoints)
        .where(audit_checkpoints.c.number == row.number)
        .values(retained=True)
    )
    return _head(row)


def mark_posted(tx: Connection, number: int) -> None:
    """Write that the head stands outside the database too."""
    tx.execute(
        update(audit_checkpoints).where(audit_checkpoints.c.number == number).values(posted=True)
    )


def _one_found(tx: Connection, number: int) -> Checkpoint | int:
    try:
        return find(tx, number) or number
    except (ValueError, TypeError, OverflowError, OperationalError):
        return number


def _head(row: Row[Any]) -> Checkpoint:
    texts = isinstance(row.entry_hash, str) and isinstance(row.mac, str)
    if not texts or not isinstance(row.previous_number, int):
        raise TypeError("This is no head.")
    return Checkpoint(row.number, row.entry_hash, row.made_at, row.previous_number, row.mac)
