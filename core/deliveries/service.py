"""Queueing, claiming and settling what is to be said."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.deliveries import rows
from core.deliveries.rules import (
    LEASE,
    MOST_ATTEMPTS,
    Delivery,
    Kind,
    NewDelivery,
    Reason,
    State,
    pause_after,
)
from core.errors import NotFoundError, NothingToSendError
from core.passwords.rules import PasswordState, password_state
from core.users import rows as users
from core.users.asker import Asker, require_administrator
from core.users.rules import User


def queue(tx: Connection, wishes: Iterable[NewDelivery], now: datetime) -> None:
    """Decide to say it all; the worker does, after the transaction."""
    rows.add(tx, wishes, now)


def claim(tx: Connection, now: datetime, most: int = 10) -> tuple[Delivery, ...]:
    """Take what is due; another worker gets it only when the lease runs out."""
    return rows.claim(tx, now, now + LEASE, most)


def settle_sent(tx: Connection, delivery: Delivery, now: datetime) -> None:
    """Write that it was said."""
    rows.finish(tx, delivery.id, State.SENT, None, now)


def settle_failed(tx: Connection, delivery: Delivery, reason: Reason, now: datetime) -> None:
    """Write that it cannot be said, and why."""
    rows.finish(tx, delivery.id, State.FAILED, reason, now)


def try_later(
    tx: Connection, delivery: Delivery, reason: Reason, now: datetime, *, after: timedelta | None
) -> None:
    """Put it off, by `after` where the other side said so; give up after too many attempts."""
    attempts = delivery.attempts + 1
    if attempts >= MOST_ATTEMPTS:
        rows.finish(tx, delivery.id, State.FAILED, reason, now)
        return
    rows.put_off(tx, delivery.id, now + (after or pause_after(attempts)), reason)


def about(tx: Connection, asker: Asker, user_id: int) -> tuple[Delivery, ...]:
    """Return where the newest delivery of each kind about the user stands.

    Raises:
        NotAdministratorError: the asker administers nothing.
        NotFoundError: no such user in the asker's authority.
    """
    require_administrator(tx, asker)
    _require_colleague(tx, asker, user_id)
    return rows.newest_about(tx, user_id)


def send_again(tx: Connection, asker: Asker, delivery_id: int, now: datetime) -> Delivery:
    """Queue the same once more; where one already waits, that one it is.

    Raises:
        NotAdministratorError: the asker administers nothing.
        NotFoundError: no such delivery in the asker's authority.
        NothingToSendError: a temporary password for a user who has chosen their own.
    """
    require_administrator(tx, asker)
    old = rows.find(tx, delivery_id)
    if old is None or old.authority_id != asker.authority_id:
        raise NotFoundError("No such delivery.")
    _require_use(tx, asker, old, now)
    newest = next(d for d in rows.newest_about(tx, old.user_id) if d.kind == old.kind)
    if newest.state == State.WAITING:
        return newest
    again = NewDelivery(
        old.kind, old.authority_id, old.user_id, asker.user_id, serial=newest.serial + 1
    )
    rows.add(tx, [again], now)
    happening = audit.about(
        Actor.user(asker.user_id),
        Act.SENT_AGAIN,
        authority_id=old.authority_id,
        user_id=old.user_id,
        kind=old.kind,
    )
    audit.record(tx, happening, now)
    return next(d for d in rows.newest_about(tx, old.user_id) if d.kind == old.kind)


def _require_use(tx: Connection, asker: Asker, old: Delivery, now: datetime) -> None:
    user = _require_colleague(tx, asker, old.user_id)
    if old.kind != Kind.TEMPORARY_PASSWORD:
        return
    standing = user.standing
    state = password_state(standing, now)
    lapsed = state == PasswordState.EXPIRED and standing.temporary
    if state != PasswordState.TEMPORARY and not lapsed:
        raise NothingToSendError("The user has chosen a password.")


def _require_colleague(tx: Connection, asker: Asker, user_id: int) -> User:
    user = users.find(tx, user_id)
    if user is None or user.authority_id != asker.authority_id or user.removed_at is not None:
        raise NotFoundError("No such user.")
    return user
