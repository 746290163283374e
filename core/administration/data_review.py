"""Asks administrators regularly to confirm their authority's data (R2, R3, R4, R30, R59).

A confirmation is recorded in the audit trail.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.administration.permissions import Editor, require_editor
from core.audit import service as audit
from core.audit.rules import Act
from core.authorities.rows import authorities
from core.authorities.rows import queries as authority_queries
from core.authorities.rules import Authority
from core.deliveries import service as deliveries
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.policy import Policy
from core.users.principals import Principal
from core.users.rows import queries

DAYS_PER_MONTH = 30.4375


def request_due_reviews(tx: Connection, policy: Policy, now: datetime, limit: int) -> int:
    """Ask administrators to confirm data that was last confirmed `policy.confirm_months` ago.

    Returns the number of authorities whose administrators were asked, at most `limit`.
    """
    before = now - timedelta(days=policy.confirm_months * DAYS_PER_MONTH)
    due = authority_queries.due_for_review(tx, before, limit)
    for authority in due:
        authorities.mark_review_requested(tx, authority.id, now)
        for administrator in queries.reachable_administrators_of(tx, authority.id):
            request = NewDelivery(
                DeliveryKind.DATA_REVIEW,
                authority.id,
                administrator.id,
                recipient_id=administrator.id,
                event="review",
            )
            deliveries.queue_next(tx, request, now)
    return len(due)


def confirm(tx: Connection, principal: Principal, authority_id: int, now: datetime) -> Authority:
    """Mark the data as confirmed, and record it in the audit trail.

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such authority, or the principal may not edit it.
    """
    editor = require_editor(tx, principal, authority_id)
    authorities.mark_confirmed(tx, authority_id, now)
    record_confirmation(tx, editor, now)
    return authorities.require(tx, authority_id)


def record_confirmation(tx: Connection, editor: Editor, now: datetime) -> None:
    """Record in the audit trail that the editor confirmed the data."""
    audit_event = audit.event_about(
        editor.actor,
        Act.DATA_CONFIRMED,
        authority_id=editor.authority.id,
        on_behalf=editor.on_behalf,
    )
    audit.record(tx, audit_event, now)
