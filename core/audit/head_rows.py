"""Signed heads of the trail in the database: all their SQL, and nothing but."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    Row,
    String,
    Table,
    insert,
    select,
    update,
)
from sqlalchemy.exc import OperationalError

from core.audit.heads import Head
from core.store.columns import Instant, metadata

heads = Table(
    "audit_heads",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("seal", String(64), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("mac", String(64), nullable=False),
    Column("posted", Boolean, nullable=False),
)


def add(tx: Connection, head: Head) -> None:
    """Write the head, unless one of this number is there."""
    if find(tx, head.number) is None:
        tx.execute(
            insert(heads).values(
                number=head.number,
                seal=head.seal,
                made_at=head.made_at,
                mac=head.mac,
                posted=False,
            )
        )


def find(tx: Connection, number: int) -> Head | None:
    """Return the head of this number, or None."""
    row = tx.execute(select(heads).where(heads.c.number == number)).one_or_none()
    return None if row is None else _head(row)


def every(tx: Connection) -> tuple[Head, ...]:
    """Return all heads, oldest first."""
    return tuple(map(_head, tx.execute(select(heads).order_by(heads.c.number))))


def as_found(tx: Connection) -> Iterator[Head | int]:
    """Yield whatever stands in the table; of what is no head only the number."""
    for number in tx.scalars(select(heads.c.number).order_by(heads.c.number)).all():
        try:
            yield find(tx, number) or number
        except (ValueError, TypeError, OverflowError, OperationalError):
            yield number


def newest_unposted(tx: Connection) -> Head | None:
    """Return the newest head if it was not posted yet."""
    row = tx.execute(select(heads).order_by(heads.c.number.desc()).limit(1)).one_or_none()
    return None if row is None or row.posted else _head(row)


def mark_posted(tx: Connection, number: int) -> None:
    """Write that the head stands outside the database too."""
    tx.execute(update(heads).where(heads.c.number == number).values(posted=True))


def _head(row: Row[Any]) -> Head:
    if not (isinstance(row.seal, str) and isinstance(row.mac, str)):
        raise TypeError("This is no head.")
    return Head(row.number, row.seal, row.made_at, row.mac)
