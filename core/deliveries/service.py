"""Queueing, claiming and settling what is to be said."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.deliveries import undelivered
from core.deliveries.rows import deliveries, leases
from core.deliveries.rules import (
    GIVE_UP_AFTER,
    LEASE_TIME,
    Delivery,
    DeliveryKind,
    DeliveryState,
    FailureReason,
    Lane,
    NewDelivery,
)
from core.errors import NotFoundError, NothingToSendError, OwnPasswordError, ResetNeededError
from core.users.principals import Principal, require_acting_administrator, require_administrator
from core.users.rows import users
from core.users.status import PasswordState, password_state


def queue(tx: Connection, wishes: Iterable[NewDelivery], now: datetime) -> None:
    """Decide to say it all; the worker does, after the transaction."""
    deliveries.add(tx, wishes, now)


def claim(tx: Connection, lane: Lane, now: datetime, most: int = 10) -> tuple[Delivery, ...]:
    """Take what is due; another worker gets it only when the lease runs out."""
    return leases.claim(tx, lane, now, now + LEASE_TIME, most)


def mark_sent(tx: Connection, delivery: Delivery, now: datetime) -> None:
    """Write that it was said."""
    leases.finish(tx, delivery.id, DeliveryState.SENT, None, now)
    deliveries.delete_personal_details(tx, delivery)


def mark_failed(tx: Connection, delivery: Delivery, reason: FailureReason, now: datetime) -> None:
    """Write that it cannot be said, and why; an administrator hears of it."""
    leases.finish(tx, delivery.id, DeliveryState.FAILED, reason, now)
    undelivered.queue_failure_notices(tx, delivery, reason, now)


def retry_later(
    tx: Connection, delivery: Delivery, reason: FailureReason, now: datetime, *, after: timedelta
) -> None:
    """Put it off by `after`; after days of that it cannot be said.

    `delivery.possibly_sent` says whether it may have been said all the same.
    """
    if now - delivery.queued_at >= GIVE_UP_AFTER:
        mark_failed(tx, delivery, reason, now)
    else:
        leases.reschedule(tx, delivery, now + after, reason)


def newest_about(tx: Connection, principal: Principal, user_id: int) -> tuple[Delivery, ...]:
    """Return where the newest delivery of each kind about the user stands.

    Raises:
        NotAdministratorError: the asker administers nothing.
        NotFoundError: no such user in the asker's authority.
    """
    require_administrator(tx, principal)
    users.require_in_authority(tx, user_id, principal.authority_id)
    return deliveries.newest_about(tx, user_id)


def send_again(tx: Connection, principal: Principal, delivery_id: int, now: datetime) -> Delivery:
    """Queue the same once more; where one already waits, that one it is.

    Raises:
        NotAdministratorError: the asker administers nothing.
        NotFoundError: no such delivery in the asker's authority.
        NothingToSendError: a temporary password for a user who has chosen their own.
        OwnPasswordError: the asker's own temporary password (R67, D11).
        ResetNeededError: a temporary password that ran out (D2).
    """
    require_acting_administrator(tx, principal)
    old = deliveries.find(tx, delivery_id)
    if old is None or old.authority_id != principal.authority_id:
        raise NotFoundError("No such delivery.")
    _require_use(tx, principal, old, now)
    newest = deliveries.newest_like(tx, old) or old
    if newest.state == DeliveryState.WAITING:
        return newest
    again = queue_again(tx, _like(old, principal.user_id), now)
    audit_event = audit.event_about(
        Actor.user(principal.user_id),
        Act.SENT_AGAIN,
        authority_id=old.authority_id,
        user_id=old.user_id,
        kind=old.kind,
    )
    audit.record(tx, audit_event, now)
    return again


def queue_again(tx: Connection, wish: NewDelivery, now: datetime) -> Delivery:
    """Queue it whether or not the like was said before; where one already waits, that one it is."""
    newest = deliveries.newest_like(tx, wish)
    if newest is not None and newest.state == DeliveryState.WAITING:
        return newest
    serial = 1 if newest is None else newest.serial + 1
    deliveries.add(tx, [replace(wish, serial=serial)], now)
    return cast("Delivery", deliveries.newest_like(tx, wish))


def _like(old: Delivery, by_user_id: int) -> NewDelivery:
    return NewDelivery(
        old.kind,
        old.authority_id,
        old.user_id,
        by_user_id,
        recipient_id=old.recipient_id,
        event=old.event,
        details=old.details,
    )


def _require_use(tx: Connection, principal: Principal, old: Delivery, now: datetime) -> None:
    if old.kind == DeliveryKind.AUTHORITY_NOTICE:
        # It is about the authority; who did it may be of another one.
        return
    user = users.require_in_authority(tx, old.user_id, principal.authority_id)
    if old.kind != DeliveryKind.TEMPORARY_PASSWORD:
        return
    if user.id == principal.user_id:
        raise OwnPasswordError("Nobody sends themselves a password.")
    status = user.status
    state = password_state(status, now)
    lapsed = state == PasswordState.EXPIRED and status.temporary
    if lapsed:
        raise ResetNeededError("The temporary password has run out.")
    if state != PasswordState.TEMPORARY:
        raise NothingToSendError("The user has chosen a password.")
