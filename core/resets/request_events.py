"""Closes and records a user's request for a password reset, and queues messages about it (D11)."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import SYSTEM, Act, Actor
from core.deliveries import notices
from core.deliveries import service as deliveries
from core.deliveries.notices import Notice, NoticeType
from core.deliveries.rows import deliveries as delivery_rows
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.policy import Policy
from core.resets import rows
from core.resets.rules import ResetRequest, ResetRequestState
from core.users.rows import users
from core.users.rules import User


def queue_questions(
    tx: Connection,
    request: ResetRequest,
    recipients: tuple[User, ...],
    now: datetime,
    *,
    last: bool,
) -> None:
    """Queue the question to each recipient; `last` says that no more come today."""
    questions = [
        _delivery_to(recipient.id, request, DeliveryKind.REQUEST, None) for recipient in recipients
    ]
    if last:
        questions = [
            replace(question, details={**question.details, "last": True}) for question in questions
        ]
    deliveries.queue(tx, questions, now)


def is_over(request: ResetRequest, policy: Policy, now: datetime) -> bool:
    """Return whether the request is too old to be decided."""
    return now >= request.requested_at + timedelta(days=policy.request_days)


def expire(tx: Connection, request: ResetRequest, now: datetime) -> None:
    """Close a request that nobody decided in time, on the record, and tell the user."""
    closed = close(tx, request, ResetRequestState.EXPIRED, None, now)
    entry_id = record(tx, SYSTEM, Act.RESET_EXPIRED, closed, now)
    user = users.find(tx, request.user_id)
    if user is not None and user.removed_at is None:
        notice = Notice(NoticeType.REQUEST_EXPIRED, user, None, entry_id, {})
        notices.queue_notice(tx, notice, now)


def close(
    tx: Connection,
    request: ResetRequest,
    state: ResetRequestState,
    by_user_id: int | None,
    now: datetime,
) -> ResetRequest:
    """Close the request, and have the messages that asked for a decision redrawn."""
    closed = replace(request, state=state, decided_at=now, decided_by=by_user_id)
    rows.close(tx, closed)
    sent = delivery_rows.about_event(tx, DeliveryKind.REQUEST, request.user_id, request.event)
    redrawings = [
        _delivery_to(message.recipient_id, request, DeliveryKind.REQUEST_CLOSED, by_user_id)
        for message in sent
    ]
    deliveries.queue(tx, redrawings, now)
    return closed


def record(tx: Connection, actor: Actor, act: Act, request: ResetRequest, now: datetime) -> int:
    """Record an act about the request; return the number of its audit entry."""
    audit_event = audit.event_about(
        actor,
        act,
        authority_id=request.authority_id,
        user_id=request.user_id,
        request=request.id,
        source=request.source,
    )
    return audit.record(tx, audit_event, now).id


def _delivery_to(
    recipient_id: int | None, request: ResetRequest, kind: DeliveryKind, by_user_id: int | None
) -> NewDelivery:
    return NewDelivery(
        kind,
        request.authority_id,
        request.user_id,
        by_user_id,
        recipient_id=recipient_id,
        event=request.event,
        details={"request": request.id},
    )
