"""Queues deliveries, records that one failed, and queues deliveries again."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import cast

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import COMMAND_LINE, Act, Actor
from core.authorities.rows import authorities
from core.deliveries import undelivered
from core.deliveries.rows import deliveries, leases
from core.deliveries.rules import Delivery, DeliveryKind, DeliveryState, FailureReason, NewDelivery
from core.errors import NotFoundError, NothingToSendError, OwnPasswordError, ResetNeededError
from core.users.principals import Principal, require_acting_administrator
from core.users.reset_permissions import require_administered
from core.users.rows import users
from core.users.status import PasswordState, is_temporary_expired, password_state


def queue(tx: Connection, new_deliveries: Iterable[NewDelivery], now: datetime) -> None:
    """Write the deliveries; the worker sends them after the transaction."""
    deliveries.add(tx, new_deliveries, now)


def mark_failed(tx: Connection, delivery: Delivery, reason: FailureReason, now: datetime) -> None:
    """Record that the delivery failed and why, and notify administrators if they can act on it."""
    leases.fail(tx, delivery.id, reason, now)
    undelivered.queue_failure_notices(tx, delivery, reason, now)


def newest_about(tx: Connection, principal: Principal, user_id: int) -> tuple[Delivery, ...]:
    """Return the newest delivery of each kind about the user.

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: neither a user of the principal's authority, nor an administrator of one
            that it manages (D11).
    """
    require_administered(tx, principal, user_id)
    return deliveries.newest_about(tx, user_id)


def send_again(tx: Connection, principal: Principal, delivery_id: int, now: datetime) -> Delivery:
    """Queue the message again and return its delivery; one that still waits is returned unchanged.

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such delivery in the principal's authority. In one that it manages, only
            those to and about administrators, and notices about the authority (D11, D15).
        NothingToSendError: a temporary password for a user who has chosen their own.
        OwnPasswordError: the principal's own temporary password (R67, D11).
        ResetNeededError: a temporary password that has expired or is blocked (D2, D3).
    """
    require_acting_administrator(tx, principal)
    old = deliveries.find(tx, delivery_id)
    if old is None or not _administers(tx, principal, old.authority_id):
        raise NotFoundError("No such delivery.")
    if old.kind != DeliveryKind.AUTHORITY_NOTICE:
        # That one is about the authority, so the user behind it may belong to another one.
        require_administered(tx, principal, old.user_id)
    if old.kind == DeliveryKind.TEMPORARY_PASSWORD and old.user_id == principal.user_id:
        raise OwnPasswordError("Nobody sends themselves a password.")
    return _send_again(tx, old, Actor.user(principal.user_id), now)


def send_again_from_command_line(tx: Connection, delivery_id: int, now: datetime) -> Delivery:
    """Queue the message again as the operator, for any authority.

    Raises:
        NotFoundError: no such delivery, or the user it is about has been removed; a notice about
            the authority is sent nevertheless.
        NothingToSendError, ResetNeededError: as `send_again`.
    """
    old = deliveries.find(tx, delivery_id)
    if old is None:
        raise NotFoundError("No such delivery.")
    return _send_again(tx, old, COMMAND_LINE, now)


def queue_again(tx: Connection, new_delivery: NewDelivery, now: datetime) -> Delivery:
    """Queue the message even if it was sent before; one that still waits is returned unchanged."""
    newest = deliveries.newest_like(tx, new_delivery)
    if newest is not None and newest.state == DeliveryState.WAITING:
        return newest
    serial = 1 if newest is None else newest.serial + 1
    added = deliveries.add_unless_queued(tx, replace(new_delivery, serial=serial), now)
    return added or cast("Delivery", deliveries.newest_like(tx, new_delivery))


def queue_next(tx: Connection, new_delivery: NewDelivery, now: datetime) -> None:
    """Queue a message of a recurring kind, with the next number after the last one's."""
    newest = deliveries.newest_like(tx, new_delivery)
    serial = 1 if newest is None else newest.serial + 1
    deliveries.add_unless_queued(tx, replace(new_delivery, serial=serial), now)


def _administers(tx: Connection, principal: Principal, authority_id: int) -> bool:
    """Return whether the authority is the principal's own, or managed by it."""
    if authority_id == principal.authority_id:
        return True
    own = authorities.require(tx, principal.authority_id)
    return own.manages(authorities.require(tx, authority_id))


def _copy_of(old: Delivery, by_user_id: int | None) -> NewDelivery:
    return NewDelivery(
        old.kind,
        old.authority_id,
        old.user_id,
        by_user_id,
        recipient_id=old.recipient_id,
        event=old.event,
        details=old.details,
        mail_copy=old.is_mail_copy,
    )


def _send_again(tx: Connection, old: Delivery, actor: Actor, now: datetime) -> Delivery:
    _require_useful(tx, old, now)
    newest = deliveries.newest_like(tx, old) or old
    if newest.state == DeliveryState.WAITING:
        return newest
    again = queue_again(tx, _copy_of(old, actor.user_id), now)
    audit_event = audit.event_about(
        actor,
        Act.SENT_AGAIN,
        authority_id=old.authority_id,
        user_id=old.user_id,
        kind=old.kind,
    )
    audit.record(tx, audit_event, now)
    return again


def _require_useful(tx: Connection, old: Delivery, now: datetime) -> None:
    if old.kind == DeliveryKind.AUTHORITY_NOTICE:
        # That one is about the authority, so the state of the user behind it does not matter.
        return
    user = users.require(tx, old.user_id)
    if user.removed_at is not None:
        raise NotFoundError("No such user.")
    if old.kind != DeliveryKind.TEMPORARY_PASSWORD:
        return
    if is_temporary_expired(user.status, now):
        raise ResetNeededError("The temporary password has expired.")
    if password_state(user.status, now) == PasswordState.BLOCKED:
        raise ResetNeededError("Only a reset unblocks.")
    if password_state(user.status, now) != PasswordState.TEMPORARY:
        raise NothingToSendError("The user has chosen a password.")
