"""Deliveries in the database: all their SQL, and nothing but."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)

from core.deliveries.rules import Delivery, Kind, NewDelivery, Posted, Reason, State
from core.store.columns import Instant, metadata

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(80), nullable=False, unique=True),
    Column("kind", String(30), nullable=False),
    Column("authority_id", ForeignKey("authorities.id"), nullable=False),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("by_user_id", ForeignKey("users.id")),
    Column("serial", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("leased_until", Instant),
    Column("queued_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("reason", String(30)),
    Column("recipient_id", Integer),
    Column("event", String(40), nullable=False, server_default=""),
    Column("details", JSON, nullable=False, server_default="{}"),
    Column("posted_channel", String(20)),
    Column("posted_ts", String(30)),
    # A number is never used again: the audit trail names things by it.
    sqlite_autoincrement=True,
)
Index("ix_deliveries_due", deliveries.c.state, deliveries.c.due_at)


# Built once: building a statement costs more than running it.
_ADD = insert(deliveries)
_NEWEST_ABOUT = (
    select(deliveries)
    .where(deliveries.c.user_id == bindparam("subject"), deliveries.c.event == "")
    .order_by(deliveries.c.serial)
)


def add(tx: Connection, wishes: Iterable[NewDelivery], now: datetime) -> None:
    """Write the deliveries, due at once."""
    values = [
        {
            "key": wish.key,
            "kind": wish.kind,
            "authority_id": wish.authority_id,
            "user_id": wish.user_id,
            "by_user_id": wish.by_user_id,
            "serial": wish.serial,
            "state": State.WAITING,
            "attempts": 0,
            "due_at": now,
            "queued_at": now,
            "recipient_id": wish.recipient_id,
            "event": wish.event,
            "details": dict(wish.details),
        }
        for wish in wishes
    ]
    if values:
        tx.execute(_ADD, values)


def find(tx: Connection, delivery_id: int) -> Delivery | None:
    """Return the delivery, or None."""
    row = tx.execute(select(deliveries).where(deliveries.c.id == delivery_id)).one_or_none()
    return None if row is None else _delivery(row)


def newest_about(tx: Connection, user_id: int) -> tuple[Delivery, ...]:
    """Return the newest delivery to the user of each kind that is about no single event."""
    found = tx.execute(_NEWEST_ABOUT, {"subject": user_id})
    newest = {delivery.kind: delivery for delivery in map(_delivery, found)}
    return tuple(newest[kind] for kind in Kind if kind in newest)


def failed_of(tx: Connection, authority_id: int, most: int = 10) -> tuple[Delivery, ...]:
    """Return what failed of the authority's, newest first.

    Left out is what was sent again since then, and what nobody needs any more.
    """
    newer = deliveries.alias()
    followed = (
        select(newer.c.id)
        .where(newer.c.user_id == deliveries.c.user_id, newer.c.kind == deliveries.c.kind)
        .where(newer.c.event == deliveries.c.event)
        .where(newer.c.recipient_id.is_not_distinct_from(deliveries.c.recipient_id))
        .where(newer.c.serial > deliveries.c.serial)
        .exists()
    )
    found = tx.execute(
        select(deliveries)
        .where(deliveries.c.authority_id == authority_id, deliveries.c.state == State.FAILED)
        .where(deliveries.c.reason.is_distinct_from(Reason.NO_USE))
        .where(~followed)
        .order_by(deliveries.c.id.desc())
        .limit(most)
    )
    return tuple(map(_delivery, found))


def claim(tx: Connection, now: datetime, until: datetime, most: int) -> tuple[Delivery, ...]:
    """Take up to `most` due deliveries that nobody else works on, and hold them until `until`."""
    free = or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= now)
    found = tx.execute(
        select(deliveries)
        .where(deliveries.c.state == State.WAITING, deliveries.c.due_at <= now, free)
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    claimed = tuple(map(_delivery, found))
    if claimed:
        ids = [delivery.id for delivery in claimed]
        tx.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(leased_until=until))
    return claimed


def next_due(tx: Connection) -> datetime | None:
    """Return when the next waiting delivery is due or its lease ends, whichever is later."""
    leased_or_due = func.coalesce(deliveries.c.leased_until, deliveries.c.due_at)
    moment: datetime | None = tx.scalar(
        select(deliveries.c.due_at)
        .where(deliveries.c.state == State.WAITING)
        .order_by(leased_or_due)
        .limit(1)
    )
    return moment


def finish(
    tx: Connection, delivery_id: int, state: State, reason: Reason | None, now: datetime
) -> None:
    """Write the end of the delivery."""
    tx.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id, deliveries.c.state == State.WAITING)
        .values(
            state=state,
            reason=reason,
            done_at=now,
            leased_until=None,
            attempts=deliveries.c.attempts + 1,
        )
    )


def put_off(tx: Connection, delivery_id: int, due_at: datetime, reason: Reason) -> None:
    """Let the delivery wait for another attempt at `due_at`."""
    tx.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id, deliveries.c.state == State.WAITING)
        .values(due_at=due_at, leased_until=None, reason=reason, attempts=deliveries.c.attempts + 1)
    )


def newest_like(tx: Connection, like: Delivery | NewDelivery) -> Delivery | None:
    """Return the newest delivery of the same kind about the same to the same, or None."""
    row = tx.execute(
        select(deliveries)
        .where(deliveries.c.user_id == like.user_id, deliveries.c.kind == like.kind)
        .where(deliveries.c.event == like.event)
        .where(deliveries.c.recipient_id.is_not_distinct_from(like.recipient_id))
        .order_by(deliveries.c.serial.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _delivery(row)


def said_of(tx: Connection, kind: Kind, user_id: int, event: str) -> tuple[Delivery, ...]:
    """Return every delivery of the kind about this event, to whomever, oldest first."""
    found = tx.execute(
        select(deliveries)
        .where(deliveries.c.user_id == user_id)
        .where(deliveries.c.kind == kind, deliveries.c.event == event)
        .order_by(deliveries.c.id)
    )
    return tuple(map(_delivery, found))


def mark_posted(tx: Connection, delivery_id: int, posted: Posted) -> None:
    """Write where in Slack the message stands."""
    tx.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id)
        .values(posted_channel=posted.channel, posted_ts=posted.ts)
    )


def forget_details(tx: Connection, delivery_id: int) -> None:
    """Drop what was needed to say it, such as an address that is no longer anybody's."""
    tx.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(details={}))


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        key=row.key,
        kind=Kind(row.kind),
        authority_id=row.authority_id,
        user_id=row.user_id,
        by_user_id=row.by_user_id,
        serial=row.serial,
        state=State(row.state),
        attempts=row.attempts,
        due_at=row.due_at,
        queued_at=row.queued_at,
        done_at=row.done_at,
        reason=None if row.reason is None else Reason(row.reason),
        recipient_id=row.recipient_id,
        event=row.event,
        details=row.details,
        posted=None if row.posted_ts is None else Posted(row.posted_channel, row.posted_ts),
    )
