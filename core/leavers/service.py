"""Noticing who seems to have left, asking the administrators, and their answer (R65, D14)."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import SYSTEM, Act, Actor
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

# Slack once deactivated members by mistake in masses; from so many on, one message stands for all.
MAX_SINGLE_QUESTIONS = 5


def check_member(tx: Connection, member: Member, now: datetime) -> None:
    """Look whether the member's user seems to have left, or is back; ask the administrators once.

    Nobody is ever removed by this (D14).
    """
    user = users.find_by_member(tx, member.key)
    if user is None:
        return
    known, fault = rows.find(tx, user.id), _fault(member)
    if fault is None:
        if known is not None:
            close(tx, user.id, None, now)
    elif known is None:
        leaver = Leaver(user.id, user.authority_id, fault, now, None, 1)
        audit_event = audit.event_about(
            SYSTEM,
            Act.LEAVER_NOTICED,
            authority_id=user.authority_id,
            user_id=user.id,
            fault=fault,
        )
        audit.record(tx, audit_event, now)
        _ask(tx, leaver, now)


def keep_user(
    tx: Connection, principal: Principal, user_id: int, policy: Policy, now: datetime
) -> User:
    """Keep the user; the administrators are asked again in a month (D14).

    Raises:
        NotAdministratorError: the asker administers nothing.
        NotFoundError: no such user in the asker's authority, or nobody asks about them.
    """
    by = require_acting_administrator(tx, principal)
    user = users.require_in_authority(tx, user_id, by.authority_id)
    leaver = rows.find(tx, user.id)
    if leaver is None:
        raise NotFoundError("Nobody asks about this user.")
    _close_copies(tx, leaver, by.id, now)
    ask_at = now + timedelta(days=policy.leaver_days)
    rows.save(tx, replace(leaver, ask_at=ask_at, round=leaver.round + 1))
    audit_event = audit.event_about(
        Actor.user(by.id), Act.LEAVER_KEPT, authority_id=user.authority_id, user_id=user.id
    )
    audit.record(tx, audit_event, now)
    return user


def close(tx: Connection, user_id: int, by_user_id: int | None, now: datetime) -> None:
    """Drop the question: the user is removed, or is a full member again."""
    leaver = rows.find(tx, user_id)
    if leaver is not None:
        rows.delete_of(tx, user_id)
        _close_copies(tx, leaver, by_user_id, now)


def ask_due(tx: Connection, now: datetime, most: int) -> int:
    """Ask again about those who were kept for the time being; return how many."""
    due = rows.due(tx, now, most)
    for leaver in due:
        _ask(tx, leaver, now)
    return len(due)


def _fault(member: Member) -> MemberFault | None:
    if member.deleted:
        return MemberFault.DEACTIVATED
    return MemberFault.GUEST if member.guest else None


def _ask(tx: Connection, leaver: Leaver, now: datetime) -> None:
    asked = replace(leaver, ask_at=None)
    many = len(rows.awaiting_answer(tx, leaver.authority_id)) >= MAX_SINGLE_QUESTIONS
    rows.save(tx, asked)
    for one in queries.administrators_of(tx, leaver.authority_id):
        if one.id != leaver.user_id:
            wish = _about_many(one, now) if many else _about_one(one.id, asked)
            if delivery_rows.newest_like(tx, wish) is None:
                deliveries.queue(tx, [wish], now)


def _about_one(recipient_id: int | None, leaver: Leaver) -> NewDelivery:
    return NewDelivery(
        DeliveryKind.LEAVER,
        leaver.authority_id,
        leaver.user_id,
        recipient_id=recipient_id,
        event=leaver.event,
        details={"fault": leaver.fault},
    )


def _about_many(recipient: User, now: datetime) -> NewDelivery:
    """Return the one message of the day that leads to all of them."""
    return NewDelivery(
        DeliveryKind.LEAVER,
        recipient.authority_id,
        recipient.id,
        recipient_id=recipient.id,
        event=f"leavers{now:%Y-%m-%d}",
        details={"many": True},
    )


def _close_copies(tx: Connection, leaver: Leaver, by_user_id: int | None, now: datetime) -> None:
    asked = delivery_rows.about_event(tx, DeliveryKind.LEAVER, leaver.user_id, leaver.event)
    wishes = [
        replace(
            _about_one(one.recipient_id, leaver),
            kind=DeliveryKind.LEAVER_CLOSED,
            by_user_id=by_user_id,
        )
        for one in asked
    ]
    deliveries.queue(tx, wishes, now)
