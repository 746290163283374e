"""Queues messages that tell administrators which earlier messages could not be delivered."""

from datetime import UTC, datetime

from sqlalchemy import Connection

from core.authorities.rows import authorities
from core.deliveries.rows import deliveries, failures
from core.deliveries.rules import Delivery, DeliveryKind, FailureReason, NewDelivery
from core.users.rows import queries, users
from core.users.rules import User

# From this many failures a day on, one message stands for all of them; Home lists them.
MAX_SINGLE_NOTICES = 5

# No notice about these: a message that was not redrawn has old buttons, which say so when they are
# pressed; some are repeated anyway; and a notice that failed must not cause another one.
_WITHOUT_NOTICE = frozenset(
    {
        *(
            DeliveryKind.UNDELIVERED,
            DeliveryKind.FIND_MEMBER,
            DeliveryKind.REQUEST_CLOSED,
            DeliveryKind.LEAVER_CLOSED,
            DeliveryKind.TITLE_TASK_CLOSED,
        ),
        *(DeliveryKind.WARNING, DeliveryKind.DATA_REVIEW, DeliveryKind.TITLE_TASK),
    }
)


def queue_failure_notices(
    tx: Connection, delivery: Delivery, reason: FailureReason, now: datetime
) -> None:
    """Notify the administrator who caused the delivery, or else all of the authority's.

    The one who caused it may belong to the authority's access manager. All administrators of the
    access manager are notified if no other administrator is left who can be (R17, D12). A delivery
    that became pointless needs no notice. The caller has recorded the failure.
    """
    if reason == FailureReason.OBSOLETE or delivery.kind in _WITHOUT_NOTICE:
        return
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    many = failures.count_failed(tx, midnight, delivery.authority_id) > MAX_SINGLE_NOTICES
    for recipient in _recipients(tx, delivery):
        # The Home tab, to which the notice about many refers, lists those of one's own authority.
        is_own = recipient.authority_id == delivery.authority_id
        notice = (
            _many_failures_notice(recipient, now)
            if many and is_own
            else _failure_notice(delivery, recipient)
        )
        deliveries.add_unless_queued(tx, notice, now)


def _recipients(tx: Connection, delivery: Delivery) -> list[User]:
    administrators = queries.reachable_administrators_of(tx, delivery.authority_id)
    cause = [user for user in administrators if user.id == delivery.by_user_id]
    if cause:
        return cause
    not_reached = delivery.recipient_id or delivery.user_id
    others = [user for user in administrators if user.id != not_reached]
    managers = _managers(tx, delivery)
    manager_cause = [user for user in managers if user.id == delivery.by_user_id]
    return [*others, *(manager_cause or (() if others else managers))]


def _managers(tx: Connection, delivery: Delivery) -> tuple[User, ...]:
    """Return the access manager's administrators, if they may send the delivery again (D11)."""
    manager_id = authorities.require(tx, delivery.authority_id).manager_id
    if manager_id is None:
        return ()
    if delivery.kind != DeliveryKind.AUTHORITY_NOTICE:
        user = users.find(tx, delivery.user_id)
        if user is None or user.authority_id != delivery.authority_id or not user.administrator:
            return ()
    return queries.reachable_administrators_of(tx, manager_id)


def _failure_notice(delivery: Delivery, recipient: User) -> NewDelivery:
    return NewDelivery(
        DeliveryKind.UNDELIVERED,
        delivery.authority_id,
        delivery.user_id,
        recipient_id=recipient.id,
        event=f"failed{delivery.id}",
        details={"delivery": delivery.id},
    )


def _many_failures_notice(recipient: User, now: datetime) -> NewDelivery:
    return NewDelivery(
        DeliveryKind.UNDELIVERED,
        recipient.authority_id,
        recipient.id,
        recipient_id=recipient.id,
        event=f"failed{now:%Y-%m-%d}",
        details={"many": True},
    )
