"""Detects leavers, and asks their administrators whether to remove or keep them (R65, D14)."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import SYSTEM, Act, Actor
from core.authorities.rows import authorities
from core.deliveries import authorities_without_administrator
from core.deliveries import service as deliveries
from core.deliveries.rows import deliveries as delivery_rows
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.errors import MemberFault, NotFoundError
from core.leavers import rows
from core.leavers.rules import Leaver
from core.members.rules import Member
from core.policy import Policy
from core.users.principals import Principal, require_acting_administrator
from core.users.rows import queries, users
from core.users.rules import User

# Slack once deactivated many members by mistake. After so many questions in `ONE_DAY`, an
# administrator gets one message instead of one for each leaver.
MAX_SINGLE_QUESTIONS = 5
ONE_DAY = timedelta(days=1)


def check_member(tx: Connection, member: Member, now: datetime) -> None:
    """Ask the administrators once whether the member's user has left; close the question if not.

    Where the last administrator who can act has left Slack, the access manager is told at once
    (D12). The caller has saved the member. It never removes anybody (D14).
    """
    user = users.find_by_member(tx, member.key)
    fault = _fault(member)
    if user is None or (fault is None) == (rows.find(tx, user.id) is None):
        return
    if fault is not None and user.administrator:
        # Concurrent revocation of the role counts this administrator, so both take this lock.
        authorities.lock_row(tx, user.authority_id)
    users.lock(tx, user.id)
    known = rows.find(tx, user.id)
    if fault is None:
        close(tx, user.id, None, now)
    elif known is None:
        audit_event = audit.event_about(
            SYSTEM,
            Act.LEAVER_NOTICED,
            authority_id=user.authority_id,
            user_id=user.id,
            fault=fault,
        )
        entry_id = audit.record(tx, audit_event, now).id
        leaver = Leaver(user.id, user.authority_id, fault, now, None, 1, entry_id)
        asked = rows.count_noticed(tx, user.authority_id, now - ONE_DAY)
        _queue_questions(tx, leaver, now, many=asked >= MAX_SINGLE_QUESTIONS)
        if user.administrator:
            authorities_without_administrator.queue_if_needed(
                tx, user.authority_id, str(entry_id), now
            )


def keep_user(
    tx: Connection, principal: Principal, user_id: int, policy: Policy, now: datetime
) -> User:
    """Answer that the user stays; the administrators are asked again in a month (D14).

    A second answer changes nothing.

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such user in the principal's authority, or no question about them.
    """
    by = require_acting_administrator(tx, principal)
    users.lock(tx, user_id)
    user = users.require_in_authority(tx, user_id, by.authority_id)
    leaver = rows.find(tx, user.id)
    if leaver is None:
        raise NotFoundError("Nobody asks about this user.")
    if leaver.ask_at is not None:
        return user
    _redraw_questions(tx, leaver, by.id, now)
    ask_at = now + timedelta(days=policy.leaver_days)
    rows.save(tx, replace(leaver, ask_at=ask_at, round=leaver.round + 1))
    audit_event = audit.event_about(
        Actor.user(by.id), Act.LEAVER_KEPT, authority_id=user.authority_id, user_id=user.id
    )
    audit.record(tx, audit_event, now)
    return user


def close(tx: Connection, user_id: int, by_user_id: int | None, now: datetime) -> None:
    """Close the question about a user who is removed, or a full member again."""
    leaver = rows.find(tx, user_id)
    if leaver is not None:
        rows.delete_of(tx, user_id)
        _redraw_questions(tx, leaver, by_user_id, now)


def ask_due(tx: Connection, now: datetime, most: int) -> int:
    """Ask again about up to `most` users who were kept; return how many."""
    user_ids = [leaver.user_id for leaver in rows.due(tx, now, most)]
    users.lock_all(tx, user_ids)
    # Read again: until the lock was held, somebody may have answered or be back.
    still_due = [leaver for leaver in rows.due(tx, now, most) if leaver.user_id in user_ids]
    asked = Counter[int]()
    for leaver in still_due:
        many = asked[leaver.authority_id] >= MAX_SINGLE_QUESTIONS
        _queue_questions(tx, leaver, now, many=many)
        asked[leaver.authority_id] += 1
    return len(still_due)


def _fault(member: Member) -> MemberFault | None:
    if member.deleted:
        return MemberFault.DEACTIVATED
    return MemberFault.GUEST if member.guest else None


def _queue_questions(tx: Connection, leaver: Leaver, now: datetime, *, many: bool) -> None:
    pending = replace(leaver, ask_at=None)
    rows.save(tx, pending)
    for administrator in queries.reachable_administrators_of(tx, leaver.authority_id):
        if administrator.id != leaver.user_id:
            question = (
                _question_about_many(administrator, now)
                if many
                else _question_about(pending, administrator.id)
            )
            delivery_rows.add_unless_queued(tx, question, now)


def _question_about(leaver: Leaver, recipient_id: int | None) -> NewDelivery:
    return NewDelivery(
        DeliveryKind.LEAVER,
        leaver.authority_id,
        leaver.user_id,
        recipient_id=recipient_id,
        event=leaver.event,
        details={"fault": leaver.fault},
    )


def _question_about_many(recipient: User, now: datetime) -> NewDelivery:
    """Return the one message of the day that leads to all leavers."""
    return NewDelivery(
        DeliveryKind.LEAVER,
        recipient.authority_id,
        recipient.id,
        recipient_id=recipient.id,
        event=f"leavers{now:%Y-%m-%d}",
        details={"many": True},
    )


def _redraw_questions(
    tx: Connection, leaver: Leaver, by_user_id: int | None, now: datetime
) -> None:
    sent = delivery_rows.about_event(tx, DeliveryKind.LEAVER, leaver.user_id, leaver.event)
    redrawings = [
        replace(
            _question_about(leaver, question.recipient_id),
            kind=DeliveryKind.LEAVER_CLOSED,
            by_user_id=by_user_id,
        )
        for question in sent
    ]
    deliveries.queue(tx, redrawings, now)
