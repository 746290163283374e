"""Resets another user's password, and handles requests for a reset (R16, R67, R68, D11)."""

import contextlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import ANONYMOUS, SYSTEM, Act, Actor
from core.authorities.rows import authorities
from core.deliveries import notices
from core.deliveries import service as deliveries
from core.deliveries.notices import Notice, NoticeType
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.errors import NobodyToAskError, NotFoundError, RequestClosedError, RequestPausedError
from core.policy import Policy
from core.reminders import service as reminders
from core.resets import rows
from core.resets.request_events import close, expire, is_over, queue_questions, record
from core.resets.request_limits import messages_left, require_no_pause
from core.resets.rules import RequestSource, ResetRequest, ResetRequestState
from core.sessions import rows as sessions
from core.text.characters import one_line
from core.text_lengths import LONGEST_REASON
from core.users.mail_exposure import mailed_text
from core.users.principals import Principal, require_administrator
from core.users.reset_permissions import require_resettable, reset_approvers
from core.users.rows import sign_in_state, users
from core.users.rules import User


@dataclass(frozen=True, slots=True)
class ResetDecision:
    """An administrator's decision on a request; the user is told the reason."""

    request_id: int
    approve: bool
    reason: str = ""


def reset(tx: Connection, principal: Principal, user_id: int, now: datetime) -> User:
    """Void the user's password and queue the mail with a temporary one; approve an open request.

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such user, or the principal may not reset their password.
        OwnPasswordError: it is the principal's own password.
    """
    user = require_resettable(tx, principal, user_id)
    request = rows.find_open_of_user(tx, user.id)
    if request is not None:
        close(tx, request, ResetRequestState.APPROVED, principal.user_id, now)
    _void_and_mail(tx, user, principal.user_id, request, now)
    return users.require_in_authority(tx, user.id, user.authority_id)


def request_reset(
    tx: Connection, user_id: int, source: RequestSource, policy: Policy, now: datetime
) -> ResetRequest:
    """Store the user's request and notify those who may approve it; a second one changes nothing.

    After many requests in a day the administrators find further ones on the Home tab only.

    Raises:
        NotFoundError: no such user.
        RequestPausedError: the user's last request was declined a short time ago.
        NobodyToAskError: nobody else administers the authority, nor the one that manages it.
    """
    user = _lock_with_authority(tx, user_id)
    earlier = rows.find_open_of_user(tx, user.id)
    if earlier is not None and not is_over(earlier, policy, now):
        return earlier
    if earlier is not None:
        expire(tx, earlier, now)
    require_no_pause(tx, user.id, source, policy, now)
    recipients = reset_approvers(tx, user)
    if not recipients:
        raise NobodyToAskError("Nobody can grant it.")
    left = messages_left(tx, user.authority_id, source, policy, now)
    request = rows.add(tx, user.id, user.authority_id, source, now)
    # On the portal a request needs a username only, so anybody may have made it.
    actor = Actor.user(user.id) if source == RequestSource.SLACK else ANONYMOUS
    record(tx, actor, Act.RESET_REQUESTED, request, now)
    if left:
        queue_questions(tx, request, recipients, now, last=left == 1)
    return request


def request_reset_by_username(tx: Connection, username: str, policy: Policy, now: datetime) -> None:
    """Request a reset for the user with this username; record attempts with an unknown one too.

    The outcome is not returned: anybody may ask, and must not learn which accounts exist (D3).
    """
    user = users.find_by_username(tx, one_line(username).casefold())
    if user is None:
        audit_event = audit.event_about(
            ANONYMOUS, Act.RESET_REQUESTED, authority_id=None, source=RequestSource.PORTAL
        )
        audit.record(tx, audit_event, now)
        return
    with contextlib.suppress(NobodyToAskError, RequestPausedError):
        request_reset(tx, user.id, RequestSource.PORTAL, policy, now)


def require_request(tx: Connection, principal: Principal, request_id: int) -> ResetRequest:
    """Return the request; only an administrator may read it.

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such request.
    """
    require_administrator(tx, principal)
    request = rows.find(tx, request_id)
    if request is None:
        raise NotFoundError("No such request.")
    return request


def decide(
    tx: Connection, principal: Principal, decision: ResetDecision, policy: Policy, now: datetime
) -> ResetRequest:
    """Approve or decline a request; the first decision counts (D11).

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such request, or the principal may not reset this password.
        OwnPasswordError: it is about the principal's own password.
        RequestClosedError: it was decided already, or has expired.
        TextTooLongError, WebAddressError, UsernameInTextError: the reason is too long, or holds
            a web address or the username of one of both.
    """
    known = require_request(tx, principal, decision.request_id)
    user = require_resettable(tx, principal, known.user_id)
    reason = _checked_reason(tx, decision.reason, principal, user)
    request = rows.lock(tx, known.id)
    if request.state != ResetRequestState.OPEN or is_over(request, policy, now):
        raise RequestClosedError("The request is closed.")
    state = ResetRequestState.APPROVED if decision.approve else ResetRequestState.DECLINED
    closed = close(tx, replace(request, reason=reason), state, principal.user_id, now)
    if decision.approve:
        _void_and_mail(tx, user, principal.user_id, closed, now)
    else:
        _decline(tx, user, closed, now)
    return closed


def expire_due(tx: Connection, policy: Policy, now: datetime, most: int) -> int:
    """Close up to `most` requests that nobody decided in time, on the record; return how many."""
    before = now - timedelta(days=policy.request_days)
    due = rows.opened_before(tx, before, most)
    users.lock_all(tx, [request.user_id for request in due])
    # Read again: until the lock was held, somebody may have decided.
    still_open = [request for request in rows.opened_before(tx, before, most) if request in due]
    for request in still_open:
        expire(tx, request, now)
    return len(still_open)


def withdraw(tx: Connection, user_id: int, by_user_id: int, now: datetime) -> None:
    """Close the open request of a user whom this administrator removes.

    The messages that ask about it are redrawn.
    """
    request = rows.find_open_of_user(tx, user_id)
    if request is not None:
        close(tx, request, ResetRequestState.EXPIRED, by_user_id, now)


def _lock_with_authority(tx: Connection, user_id: int) -> User:
    """Lock the user's authority, so that its requests are counted one by one, then the user."""
    found = users.find(tx, user_id)
    if found is not None:
        authorities.lock_row(tx, found.authority_id)
    user = users.lock(tx, user_id)
    if user is None or user.removed_at is not None:
        raise NotFoundError("No such user.")
    return user


def _void_and_mail(
    tx: Connection, user: User, by_user_id: int, request: ResetRequest | None, now: datetime
) -> None:
    sign_in_state.void_password(tx, user.id)
    reminders.cancel(tx, user.id)
    sessions.end_of_user(tx, user.id)
    audit_event = audit.event_about(
        Actor.user(by_user_id),
        Act.PASSWORD_RESET,
        authority_id=user.authority_id,
        user_id=user.id,
        request=request.id if request else None,
    )
    entry_id = audit.record(tx, audit_event, now).id
    mail = NewDelivery(DeliveryKind.TEMPORARY_PASSWORD, user.authority_id, user.id, by_user_id)
    deliveries.queue_again(tx, mail, now)
    notices.queue_notice(tx, Notice(NoticeType.RESET, user, by_user_id, entry_id, {}), now)


def _checked_reason(tx: Connection, typed: str, principal: Principal, user: User) -> str:
    if not typed:
        return ""
    usernames = {user.username, users.require(tx, principal.user_id).username}
    return mailed_text(typed, "reason", LONGEST_REASON, usernames)


def _decline(tx: Connection, user: User, closed: ResetRequest, now: datetime) -> None:
    by_user_id = closed.decided_by
    actor = SYSTEM if by_user_id is None else Actor.user(by_user_id)
    entry_id = record(tx, actor, Act.RESET_DECLINED, closed, now)
    details = {"reason": closed.reason}
    notices.queue_notice(
        tx, Notice(NoticeType.REQUEST_DECLINED, user, by_user_id, entry_id, details), now
    )
