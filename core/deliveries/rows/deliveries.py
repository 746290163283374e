"""The SQL that queues and finds deliveries (outbox rows), and stores their message ids in Slack."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, insert, select

from core.deliveries.rules import (
    MAIL_COPIED,
    Delivery,
    DeliveryKind,
    DeliveryState,
    FailureReason,
    Lane,
    NewDelivery,
    PostedMessage,
)
from core.schema.deliveries import deliveries
from core.store.prepared import Prepared
from core.store.upsert import insert_or_nothing, upsert_into

# Built once, because building a statement costs more than running it.
_ADD = Prepared(insert(deliveries))
_ADD_AND_RETURN = Prepared(insert(deliveries).returning(deliveries))
_ADD_UNLESS_QUEUED = insert_or_nothing(deliveries, *deliveries.c)
_NEWEST_ABOUT = Prepared(
    select(deliveries)
    .where(deliveries.c.user_id == bindparam("subject"), deliveries.c.event == "")
    .order_by(deliveries.c.serial)
)


def add(tx: Connection, new_deliveries: Iterable[NewDelivery], now: datetime) -> None:
    """Write the deliveries, due at once."""
    values = [values_of(new, now) for new in new_deliveries]
    if values:
        _ADD.run(tx, values)


def add_and_return(
    tx: Connection, new_deliveries: Iterable[NewDelivery], now: datetime
) -> tuple[Delivery, ...]:
    """Write the deliveries, due at once, of which there is at least one; return them as stored."""
    values = [values_of(new, now) for new in new_deliveries]
    return tuple(map(delivery_of, _ADD_AND_RETURN.rows(tx, values)))


def add_unless_queued(tx: Connection, new_delivery: NewDelivery, now: datetime) -> Delivery | None:
    """Write the delivery, due at once, and return it; None if one with its key is there.

    It also holds when two transactions do so at the same moment.
    """
    row = _ADD_UNLESS_QUEUED.row(tx, values_of(new_delivery, now))
    return None if row is None else delivery_of(row)


def add_all_unless_queued(
    tx: Connection, new_deliveries: Iterable[NewDelivery], now: datetime
) -> None:
    """Write those of the deliveries, due at once, whose keys are not there yet.

    There is at least one delivery.
    """
    values = [values_of(new, now) for new in new_deliveries]
    tx.execute(upsert_into(tx, deliveries).on_conflict_do_nothing(), values)


def find(tx: Connection, delivery_id: int) -> Delivery | None:
    """Return the delivery, or None."""
    row = tx.execute(select(deliveries).where(deliveries.c.id == delivery_id)).one_or_none()
    return None if row is None else delivery_of(row)


def newest_about(tx: Connection, user_id: int) -> tuple[Delivery, ...]:
    """Return the newest delivery about the user of each kind that has no event."""
    return newest_of(map(delivery_of, _NEWEST_ABOUT.rows(tx, {"subject": user_id})))


def newest_of(found: Iterable[Delivery]) -> tuple[Delivery, ...]:
    """Return the last of the deliveries of each kind that have no event."""
    newest = {delivery.kind: delivery for delivery in found if delivery.event == ""}
    return tuple(newest[kind] for kind in DeliveryKind if kind in newest)


def newest_like(tx: Connection, like: Delivery | NewDelivery) -> Delivery | None:
    """Return the newest delivery of the same kind, user, event, recipient and lane, or None."""
    row = tx.execute(
        select(deliveries)
        .where(deliveries.c.user_id == like.user_id, deliveries.c.kind == like.kind)
        .where(deliveries.c.event == like.event, deliveries.c.lane == like.lane)
        .where(deliveries.c.recipient_id.is_not_distinct_from(like.recipient_id))
        .order_by(deliveries.c.serial.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else delivery_of(row)


def last_of_kind(tx: Connection, kind: DeliveryKind, user_id: int) -> Delivery | None:
    """Return the last delivery of the kind about the user, or None."""
    found = tx.execute(
        select(deliveries)
        .where(deliveries.c.user_id == user_id, deliveries.c.kind == kind)
        .order_by(deliveries.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else delivery_of(found)


def events_since(
    tx: Connection, kind: DeliveryKind, user_id: int, since: datetime
) -> frozenset[str]:
    """Return the events of the deliveries of the kind about the user, queued since then."""
    query = (
        select(deliveries.c.event)
        .where(deliveries.c.user_id == user_id, deliveries.c.kind == kind)
        .where(deliveries.c.queued_at >= since)
        .distinct()
    )
    return frozenset(tx.scalars(query))


def with_mail_copies(tx: Connection, batch: Iterable[Delivery]) -> frozenset[int]:
    """Return the ids of those whose content goes to the same recipient by e-mail on its own."""
    ids = [one.id for one in batch if one.kind in MAIL_COPIED and one.lane == Lane.SLACK]
    if not ids:
        return frozenset()
    copy = deliveries.alias("copy")
    same = [copy.c[name] == deliveries.c[name] for name in ("user_id", "kind", "event")]
    query = (
        select(deliveries.c.id)
        .join(copy, and_(*same, copy.c.recipient_id == deliveries.c.recipient_id))
        .where(deliveries.c.id.in_(ids), copy.c.lane == Lane.MAIL)
    )
    return frozenset(tx.scalars(query))


def about_event(
    tx: Connection, kind: DeliveryKind, user_id: int, event: str
) -> tuple[Delivery, ...]:
    """Return every delivery of the kind about this event, to any recipient, oldest first."""
    found = tx.execute(
        select(deliveries)
        .where(deliveries.c.user_id == user_id)
        .where(deliveries.c.kind == kind, deliveries.c.event == event)
        .order_by(deliveries.c.id)
    )
    return tuple(map(delivery_of, found))


def delivery_of(row: Row[Any]) -> Delivery:
    """Return the row as a value."""
    return Delivery(
        id=row.id,
        key=row.key,
        kind=DeliveryKind(row.kind),
        authority_id=row.authority_id,
        user_id=row.user_id,
        by_user_id=row.by_user_id,
        serial=row.serial,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        due_at=row.due_at,
        queued_at=row.queued_at,
        done_at=row.done_at,
        reason=None if row.reason is None else FailureReason(row.reason),
        recipient_id=row.recipient_id,
        event=row.event,
        details=row.details,
        posted=_posted(row),
        outcome_unknown=row.outcome_unknown,
        lane=Lane(row.lane),
    )


def values_of(new: NewDelivery, now: datetime) -> dict[str, object]:
    """Return the values of the row of a new delivery, by column."""
    return {
        "key": new.key,
        "kind": new.kind,
        "authority_id": new.authority_id,
        "user_id": new.user_id,
        "by_user_id": new.by_user_id,
        "serial": new.serial,
        "state": DeliveryState.WAITING,
        "attempts": 0,
        "due_at": now,
        "queued_at": now,
        "recipient_id": new.recipient_id,
        "event": new.event,
        "details": dict(new.details),
        "lane": new.lane,
        "priority": int(new.priority),
    }


def _posted(row: Row[Any]) -> PostedMessage | None:
    if row.posted_ts is None:
        return None
    return PostedMessage(row.posted_channel, row.posted_ts, row.posted_to)
