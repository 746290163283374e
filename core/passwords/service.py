"""Stores temporary passwords and those that users choose, and invalidates earlier ones.

The rules for both are D4, D7 and R68-R75.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import SYSTEM, Act, Actor
from core.errors import (
    ChangedMeanwhileError,
    NotFoundError,
    NothingToSendError,
    TemporaryPasswordExpiredError,
)
from core.passwords import rows
from core.passwords.rows import NewHash
from core.passwords.rules import expires_at
from core.policy import Policy
from core.reminders import service as reminders
from core.sessions import rows as sessions
from core.users.member_time_zones import time_zone_of
from core.users.rows import sign_in_state, users
from core.users.rules import User
from core.users.status import is_temporary_expired


@dataclass(frozen=True, slots=True)
class PasswordChoice:
    """The hash of a new password that keeps the rules; `replaces_id` is the one it replaces."""

    user_id: int
    digest: str
    replaces_id: int | None


def require_awaiting_temporary(tx: Connection, user_id: int) -> User:
    """Lock the user and return them, if they may be given a temporary password.

    They may if they have no password, or a temporary one that is not blocked: a mail whose
    sending ended without an answer is sent again with a new password. That must neither replace
    a password that the user chose meanwhile nor unblock one; only a reset does (D3).

    Raises:
        NothingToSendError: they are removed, chose a password, or have a blocked one.
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
) -> tuple[User, str]:
    """Make the hash the user's temporary password, void the earlier one, end all sessions (D4).

    Returns the user with the new password, and their time zone.

    Raises:
        NothingToSendError: they are removed, chose a password, or have a blocked one.
    """
    user = require_awaiting_temporary(tx, user_id)
    rows.delete_temporary(tx, user_id)
    expiry = expires_at(now, temporary=True, policy=policy)
    new = NewHash(user_id, digest, temporary=True, made_at=now, expires_at=expiry)
    password_id = rows.add(tx, new)
    sign_in_state.set_password(tx, user_id, password_id)
    sessions.end_of_user(tx, user_id)
    status = replace(user.status, password_made_at=now, expires_at=expiry, temporary=True)
    given, tz = replace(user, password_id=password_id, status=status), time_zone_of(tx, user)
    reminders.plan_for_new_password(tx, given, tz, policy)
    _record(tx, user, SYSTEM, Act.TEMPORARY_PASSWORD_MADE, now)
    return given, tz


def hashes_not_to_reuse(tx: Connection, user_id: int, policy: Policy) -> tuple[str, ...]:
    """Return the hashes that a new password must not match: the last five (R71), the current one.

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
    """Make the hash the user's own password and end every session; the caller opens a new one.

    Raises:
        NotFoundError: no such user, or a removed one.
        ChangedMeanwhileError: the password it replaces is no longer the current one, or blocked.
        TemporaryPasswordExpiredError: the password it replaces is an expired temporary one (D2).
    """
    user = users.lock(tx, choice.user_id)
    if user is None or user.removed_at is not None:
        raise NotFoundError("No such user.")
    if user.password_id != choice.replaces_id or user.status.blocked_at is not None:
        raise ChangedMeanwhileError("The password has changed meanwhile.")
    if is_temporary_expired(user.status, now):
        raise TemporaryPasswordExpiredError("The temporary password has expired.")
    expiry = expires_at(now, temporary=False, policy=policy)
    new = NewHash(user.id, choice.digest, temporary=False, made_at=now, expires_at=expiry)
    sign_in_state.set_password(tx, user.id, rows.add(tx, new))
    sign_in_state.mark_signed_in(tx, user, now)
    rows.delete_temporary(tx, user.id)
    rows.trim_history(tx, user.id, policy.password_history)
    sessions.end_of_user(tx, user.id)
    reminders.plan(tx, user.id, policy)
    _record(tx, user, Actor.user(user.id), Act.PASSWORD_CHOSEN, now)
    return user


def upgrade_hash(tx: Connection, user_id: int, password_id: int, digest: str) -> None:
    """Store a hash with today's parameters, if the password is still the user's current one.

    It stays the same password: its id, its expiry and the history do not change, and nothing is
    recorded in the audit trail.
    """
    user = users.lock(tx, user_id)
    if user is not None and user.password_id == password_id:
        rows.replace_hash(tx, password_id, digest)


def _record(tx: Connection, user: User, actor: Actor, act: Act, now: datetime) -> None:
    audit_event = audit.event_about(actor, act, authority_id=user.authority_id, user_id=user.id)
    audit.record(tx, audit_event, now)
