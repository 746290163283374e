"""Records acts about title tasks in the audit trail, and queues the messages about them (D17)."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rows import entries
from core.audit.rules import Act, Actor, AuditEvent
from core.authorities.titles import TitleTask
from core.deliveries import service as deliveries
from core.deliveries.rules import DeliveryKind, NewDelivery


def record(
    tx: Connection, actor: Actor, act: Act, task: TitleTask, now: datetime, **more: object
) -> None:
    """Record an act about the task in the audit trail."""
    details = {"task": task.id, **more}
    audit.record(tx, AuditEvent(actor, act, task.authority_id, None, details), now)


def queue_message(
    tx: Connection, task: TitleTask, by_user_id: int | None, kind: DeliveryKind, now: datetime
) -> None:
    """Queue a message about the task; one that still waits shows the newest state when sent."""
    opening = _opening_of(tx, task)
    # The message that is redrawn is found by the user whose change opened the task.
    first = None if opening is None else opening.actor.user_id
    new_delivery = NewDelivery(
        kind,
        task.authority_id,
        first or task.opened_by,
        by_user_id,
        event=task.event,
        details={"task": task.id},
    )
    deliveries.queue_again(tx, new_delivery, now)


def translations_before(tx: Connection, task: TitleTask) -> dict[str, str]:
    """Return the translations of the old title that were deleted when the task was opened."""
    opening = _opening_of(tx, task)
    before = None if opening is None else opening.details.get("before")
    if not isinstance(before, Mapping):
        return {}
    return {str(tag): str(title) for tag, title in before.items()}


def _opening_of(tx: Connection, task: TitleTask) -> AuditEvent | None:
    """Return the act that opened the task; None if the trail does not have it."""
    found = entries.newest_of(
        tx, (Act.TITLE_TASK_OPENED,), 1, authority_id=task.authority_id, user_id=None
    )
    events = (entry.audit_event for entry in found)
    return next((event for event in events if event.details.get("task") == task.id), None)
