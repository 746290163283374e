"""Giving a user a temporary password, and letting them choose their own (D4, D7, R68-R75)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import SYSTEM, Act, Actor
from core.errors import (
    ChangedMeanwhileError,
    NotFoundError,
    NothingToSendError,
    TemporaryLapsedError,
)
from core.passwords import rows
from core.passwords.rows import NewHash
from core.passwords.rules import expires_at
from core.policy import Policy
from core.reminders import service as reminders
from core.sessions import rows as sessions
from core.users.rows import users
from core.users.rules import User
from core.users.status import is_lapsed


@dataclass(frozen=True, slots=True)
class PasswordChoice:
    """A new password that keeps the rules, as its hash; `replaces_id` is the one it replaces."""

    user_id: int
    digest: str
    replaces_id: int | None


def require_awaiting_temporary(tx: Connection, user_id: int) -> User:
    """Return the user if they wait for a temporary password, or have one and may get it again.

    A mail whose answer was lost is sent again later: neither a password that the user chose
    meanwhile, nor the block of a temporary one, may end by that; only a reset does it (D3).

    Raises:
        NothingToSendError: they are gone, have a password of their own, or a blocked one.
    """
    user = users.lock(tx, user_id)
    if user is None or user.removed_at is not None:
        raise NothingToSendError("The user is gone.")
    if user.password_id is None:
        return user
    if not user.status.temporary:
        raise NothingToSendError("The user has chosen a password.")
    if user.status.blocked_at is not None:
        raise NothingToSendError("Only a reset unblocks.")
    return user


def give_temporary(
    tx: Connection, user_id: int, digest: str, policy: Policy, now: datetime
) -> User:
    """Make the hash the user's temporary password; the earlier one is void, sessions end (D4).

    Raises:
        NothingToSendError: as `require_awaiting_temporary`.
    """
    user = require_awaiting_temporary(tx, user_id)
    rows.delete_temporary(tx, user_id)
    ends = expires_at(now, temporary=True, policy=policy)
    made = rows.add(tx, NewHash(user_id, digest, temporary=True, made_at=now, expires_at=ends))
    users.set_password(tx, user_id, made)
    sessions.end_of_user(tx, user_id)
    reminders.plan(tx, user_id)
    _record(tx, user, SYSTEM, Act.TEMPORARY_PASSWORD_MADE, now)
    return user


def hashes_not_to_reuse(tx: Connection, user_id: int, policy: Policy) -> tuple[str, ...]:
    """Return the hashes that a new password must not match: the last five (R71) and the current.

    Raises:
        NotFoundError: no such user.
    """
    user = users.find(tx, user_id)
    if user is None:
        raise NotFoundError("No such user.")
    hashes = list(rows.history(tx, user_id, policy.password_history))
    if user.password_id is not None:
        current = rows.hash_of(tx, user.password_id)
        if current not in hashes:
            hashes.append(current)
    return tuple(hashes)


def choose(tx: Connection, choice: PasswordChoice, policy: Policy, now: datetime) -> User:
    """Make the hash the user's own password; every session ends, the caller opens a new one.

    Raises:
        NotFoundError: no such user, or removed.
        ChangedMeanwhileError: the password it replaces is no longer the current one.
        TemporaryLapsedError: it is a temporary one that has run out, in a session still open (D2).
    """
    user = users.lock(tx, choice.user_id)
    if user is None or user.removed_at is not None:
        raise NotFoundError("No such user.")
    if user.password_id != choice.replaces_id or user.status.blocked_at is not None:
        raise ChangedMeanwhileError("The password has changed meanwhile.")
    if is_lapsed(user.status, now):
        raise TemporaryLapsedError("The temporary password has run out.")
    ends = expires_at(now, temporary=False, policy=policy)
    new = NewHash(user.id, choice.digest, temporary=False, made_at=now, expires_at=ends)
    made = rows.add(tx, new)
    users.set_password(tx, user.id, made)
    users.mark_signed_in(tx, user, now)
    rows.delete_temporary(tx, user.id)
    rows.trim_history(tx, user.id, policy.password_history)
    sessions.end_of_user(tx, user.id)
    reminders.plan(tx, user.id)
    _record(tx, user, Actor.user(user.id), Act.PASSWORD_CHOSEN, now)
    return user


def _record(tx: Connection, user: User, actor: Actor, act: Act, now: datetime) -> None:
    audit_event = audit.event_about(actor, act, authority_id=user.authority_id, user_id=user.id)
    audit.record(tx, audit_event, now)
