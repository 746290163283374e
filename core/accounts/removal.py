"""Removes users, and restores them within a number of days that can be set (R13, R65, D12, D14)."""

from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from core.accounts import username_handover
from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.authorities.rules import Authority
from core.deliveries import notices
from core.deliveries import service as deliveries
from core.deliveries.notices import Notice, NoticeType
from core.deliveries.rows import deliveries as delivery_rows
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.errors import FormError, NotFoundError, RestoreExpiredError
from core.leavers import service as leavers
from core.members import rows as members
from core.passwords import replacement_mail
from core.policy import Policy
from core.reminders import service as reminders
from core.resets import service as resets
from core.roles import service as roles
from core.rulebook import Rulebook
from core.sessions import rows as sessions
from core.users import uniqueness
from core.users.principals import Principal, lock_administered_authority, require_administrator
from core.users.rows import queries, users
from core.users.rows import roles as role_rows
from core.users.rules import User
from core.users.uniqueness import Candidate


def remove(
    tx: Connection, principal: Principal, user_id: int, rulebook: Rulebook, now: datetime
) -> User:
    """Remove the user, which ends their access at once; record it and queue the notices (D14).

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such user in the principal's authority.
        LastHolderError: a role, such as the administrator's, would have too few holders (D12).
    """
    by, authority = lock_administered_authority(tx, principal)
    users.lock(tx, user_id)
    user = users.require_in_authority(tx, user_id, authority.id)
    roles.require_holders_without(tx, user, rulebook)
    entry_id = end_access(tx, by, user, now)
    if authority.team_channel is not None:
        post = NewDelivery(DeliveryKind.LEAVING, authority.id, user.id, by.id, event=str(entry_id))
        deliveries.queue(tx, [post], now)
    return user


def end_access(tx: Connection, by: User, user: User, now: datetime) -> int:
    """Remove the user and queue the notices; return the id of the audit entry.

    The caller checks the permission, and that every role keeps enough holders.
    """
    users.lock(tx, user.id)
    resets.withdraw(tx, user.id, by.id, now)
    leavers.close(tx, user.id, by.id, now)
    users.remove(tx, user.id, by.id, now)
    if user.member is not None:
        members.forget(tx, user.member)
    sessions.end_of_user(tx, user.id)
    reminders.cancel(tx, user.id)
    held = [str(key) for key in user.roles]
    entry_id = _record(tx, by, user, Act.USER_REMOVED, now, roles=held)
    notices.queue_notice(tx, Notice(NoticeType.REMOVED, user, by.id, entry_id, {}), now)
    return entry_id


def restore(
    tx: Connection, principal: Principal, user_id: int, rulebook: Rulebook, now: datetime
) -> User:
    """Restore a removed user, with those of their roles that can still be held (D13, D14).

    Messages with a temporary password or the username that did not go out before the removal are
    queued again.

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such removed user in the principal's authority.
        RestoreExpiredError: the period in which a removal can be undone is over.
        FormError: another user has the address or Slack member by now.
    """
    by, authority = lock_administered_authority(tx, principal)
    user = users.lock(tx, user_id)
    if user is None or user.authority_id != authority.id or user.removed_at is None:
        raise NotFoundError("No such removed user.")
    if now >= user.removed_at + timedelta(days=rulebook.policy.restore_days):
        raise RestoreExpiredError("The removal can no longer be undone.")
    lost = _revoke_impossible(tx, user, authority, rulebook)
    _mark_restored(tx, user, rulebook.policy)
    details: dict[str, object] = {"taken": lost}
    if replacement_mail.replace_if_unsent(tx, user, by.id, now):
        details["new_password"] = True
    else:
        reminders.plan(tx, user.id, rulebook.policy)
    if user.member is not None:
        username_handover.send_unless_known(tx, user, by.id, now)
    entry_id = _record(tx, by, user, Act.USER_RESTORED, now, lost=lost)
    restored = Notice(NoticeType.RESTORED, user, by.id, entry_id, details)
    notices.queue_notice(tx, restored, now)
    _announce_return(tx, user, by, entry_id, now)
    return users.require_in_authority(tx, user.id, authority.id)


def restorable_users(
    tx: Connection, principal: Principal, policy: Policy, now: datetime
) -> tuple[User, ...]:
    """Return the users whom the principal can still restore, the most recently removed first.

    Raises:
        NotAdministratorError: the principal is not an administrator.
    """
    by = require_administrator(tx, principal)
    since = now - timedelta(days=policy.restore_days)
    return queries.removed_since(tx, by.authority_id, since)


def _announce_return(tx: Connection, user: User, by: User, entry_id: int, now: datetime) -> None:
    """Queue the post about the return, if the removal has been or will be announced (C5)."""
    leaving = delivery_rows.last_of_kind(tx, DeliveryKind.LEAVING, user.id)
    if leaving is not None:
        post = NewDelivery(
            DeliveryKind.RETURNED,
            user.authority_id,
            user.id,
            by.id,
            event=str(entry_id),
            details={"leaving": leaving.id},
        )
        deliveries.queue(tx, [post], now)


def _revoke_impossible(
    tx: Connection, user: User, authority: Authority, rulebook: Rulebook
) -> list[str]:
    possible = set(rulebook.catalogue.roles_in(authority.modules))
    lost = [key for key in user.roles if key not in possible]
    role_rows.revoke(tx, user.id, lost)
    return [str(key) for key in lost]


def _mark_restored(tx: Connection, user: User, policy: Policy) -> None:
    candidate = Candidate(user, user)
    conflicts = uniqueness.conflicts(tx, candidate, policy)
    if conflicts:
        raise FormError(conflicts)
    try:
        with tx.begin_nested():
            users.restore(tx, user.id)
    except IntegrityError:
        # Another transaction took it after the check; checking again finds out what it was.
        raise FormError(uniqueness.conflicts(tx, candidate, policy)) from None


def _record(
    tx: Connection, by: User, user: User, act: Act, now: datetime, **details: object
) -> int:
    audit_event = audit.event_about(
        Actor.user(by.id), act, authority_id=user.authority_id, user_id=user.id, **details
    )
    return audit.record(tx, audit_event, now).id
