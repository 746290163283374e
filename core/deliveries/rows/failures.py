"""The SQL that lists and counts deliveries (outbox rows) that failed or still wait."""

from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Exists,
    Integer,
    and_,
    bindparam,
    func,
    or_,
    select,
)

from core.deliveries.rows.deliveries import delivery_of
from core.deliveries.rules import Delivery, DeliveryKind, FailureReason
from core.schema.deliveries import deliveries, is_failed, is_waiting

_failed = and_(is_failed, deliveries.c.reason.is_distinct_from(FailureReason.OBSOLETE))


def failed_of(tx: Connection, authority_id: int, most: int = 10) -> tuple[Delivery, ...]:
    """Return the authority's failed deliveries, newest first.

    Those that were sent again since then, or that are of no use any more, are left out.
    """
    found = tx.execute(_FAILED_OF, {"authority": authority_id, "most": most})
    return tuple(map(delivery_of, found))


def failed_kinds(
    tx: Connection, authority_id: int, up_to: int | None = None
) -> dict[int, DeliveryKind]:
    """Return ids and kinds of all deliveries that `failed_of` can return, up to this id."""
    query = select(deliveries.c.id, deliveries.c.kind).where(needs_attention(authority_id))
    if up_to is not None:
        query = query.where(deliveries.c.id <= up_to)
    return {row.id: DeliveryKind(row.kind) for row in tx.execute(query)}


def count_failed(tx: Connection, since: datetime, authority_id: int | None = None) -> int:
    """Return how many deliveries failed since then, of one authority or of all.

    Those of no use are left out; those that were sent again are counted.
    """
    counted = _failed & (deliveries.c.done_at >= since)
    query = select(func.count()).select_from(deliveries).where(counted)
    if authority_id is not None:
        query = query.where(deliveries.c.authority_id == authority_id)
    return int(tx.scalar(query) or 0)


def unsent_page(
    tx: Connection, after: int, most: int, *, failed_only: bool
) -> tuple[Delivery, ...]:
    """Return up to `most` deliveries that wait or failed, with a number above `after`, by number.

    As in `failed_of`, some of those that failed are left out.
    """
    failed = and_(_failed, ~_sent_again())
    unsent = failed if failed_only else or_(failed, is_waiting)
    found = select(deliveries).where(deliveries.c.id > after, unsent).order_by(deliveries.c.id)
    return tuple(map(delivery_of, tx.execute(found.limit(most))))


def needs_attention(authority_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """Return the condition that the delivery is one of those that `failed_of` returns."""
    return and_(deliveries.c.authority_id == authority_id, _failed, ~_sent_again())


def _sent_again() -> Exists:
    """Return the condition that a delivery was sent again since then."""
    newer = deliveries.alias()
    return (
        select(newer.c.id)
        .where(newer.c.user_id == deliveries.c.user_id, newer.c.kind == deliveries.c.kind)
        .where(newer.c.event == deliveries.c.event, newer.c.lane == deliveries.c.lane)
        .where(newer.c.recipient_id.is_not_distinct_from(deliveries.c.recipient_id))
        .where(newer.c.serial > deliveries.c.serial)
        .exists()
    )


# Built once, because building a statement costs more than running it.
_FAILED_OF = (
    select(deliveries)
    .where(needs_attention(bindparam("authority")))
    .order_by(deliveries.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)
