"""Telling administrators what could not be said, so that they can do something about it."""

from datetime import UTC, datetime

from sqlalchemy import Connection

from core.deliveries.rows import deliveries
from core.deliveries.rules import Delivery, DeliveryKind, FailureReason, NewDelivery
from core.users.rows import queries
from core.users.rules import User

# From so many on in one day, one message stands for all; Home has the list.
MAX_SINGLE_NOTICES = 5

# A redrawing that failed leaves a message with old buttons, which say so when pressed; what is
# said again by itself comes again; and of telling that something was not told there is an end.
_NOT_WORTH_IT = frozenset(
    {
        *(
            DeliveryKind.UNDELIVERED,
            DeliveryKind.REQUEST_CLOSED,
            DeliveryKind.LEAVER_CLOSED,
            DeliveryKind.TITLE_TASK_CLOSED,
        ),
        *(DeliveryKind.WARNING, DeliveryKind.STILL_RIGHT, DeliveryKind.TITLE_TASK),
    }
)


def queue_failure_notices(
    tx: Connection, delivery: Delivery, reason: FailureReason, now: datetime
) -> None:
    """Queue it to the administrator who caused the delivery, else to all of the authority.

    What nobody needs any more is not told of. The caller has written that it failed.
    """
    if reason == FailureReason.NO_USE or delivery.kind in _NOT_WORTH_IT:
        return
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    many = deliveries.count_failed(tx, delivery.authority_id, midnight) > MAX_SINGLE_NOTICES
    for one in _concerned(tx, delivery):
        wish = _about_many(one, now) if many else _about(delivery, one)
        if deliveries.newest_like(tx, wish) is None:
            deliveries.add(tx, [wish], now)


def _concerned(tx: Connection, delivery: Delivery) -> list[User]:
    administrators = queries.administrators_of(tx, delivery.authority_id)
    causing = [one for one in administrators if one.id == delivery.by_user_id]
    unreached = delivery.recipient_id or delivery.user_id
    return causing or [one for one in administrators if one.id != unreached]


def _about(delivery: Delivery, to: User) -> NewDelivery:
    return NewDelivery(
        DeliveryKind.UNDELIVERED,
        delivery.authority_id,
        delivery.user_id,
        recipient_id=to.id,
        event=f"failed{delivery.id}",
        details={"delivery": delivery.id},
    )


def _about_many(to: User, now: datetime) -> NewDelivery:
    return NewDelivery(
        DeliveryKind.UNDELIVERED,
        to.authority_id,
        to.id,
        recipient_id=to.id,
        event=f"failed{now:%Y-%m-%d}",
        details={"many": True},
    )
