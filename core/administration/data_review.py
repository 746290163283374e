"""Asking twice a year whether an authority's data is still right (R2, R3, R4, R30, R59)."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.administration.permissions import Editor, require_editor
from core.audit import service as audit
from core.audit.rules import Act
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.deliveries import service as deliveries
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.policy import Policy
from core.users.principals import Principal
from core.users.rows import queries

DAYS_PER_MONTH = 30.4375


def request_due_reviews(tx: Connection, policy: Policy, now: datetime, most: int) -> int:
    """Ask the administrators of those confirmed too long ago; return of how many authorities."""
    before = now - timedelta(days=policy.confirm_months * DAYS_PER_MONTH)
    due = authorities.due_for_review(tx, before, most)
    for authority in due:
        authorities.mark_review_requested(tx, authority.id, now)
        wishes = [
            NewDelivery(
                DeliveryKind.STILL_RIGHT,
                authority.id,
                one.id,
                recipient_id=one.id,
                event=f"right{now:%Y%m%d}",
            )
            for one in queries.administrators_of(tx, authority.id)
        ]
        deliveries.queue(tx, wishes, now)
    return len(due)


def confirm(tx: Connection, principal: Principal, authority_id: int, now: datetime) -> Authority:
    """Write that the data is right as it is, on the record.

    Raises:
        NotAdministratorError, NotFoundError: as `rights.require_editor`.
    """
    editor = require_editor(tx, principal, authority_id)
    authorities.mark_confirmed(tx, authority_id, now)
    record_confirmation(tx, editor, now)
    return authorities.require(tx, authority_id)


def record_confirmation(tx: Connection, editor: Editor, now: datetime) -> None:
    """Put on record that the editor found the data right as it is."""
    audit_event = audit.event_about(
        editor.actor,
        Act.DATA_CONFIRMED,
        authority_id=editor.authority.id,
        on_behalf=editor.on_behalf,
    )
    audit.record(tx, audit_event, now)
