"""Notifies an access manager that an authority has lost all its administrators (D12).

An authority has lost all administrators if none of them is linked to an active full member of the
Slack workspace.
"""

from datetime import datetime

from sqlalchemy import Connection

from core.authorities.rows import authorities
from core.deliveries import service as deliveries
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.users.rows import queries


def is_without_administrator(tx: Connection, authority_id: int) -> bool:
    """Return whether no administrator of the authority can act (D12).

    Such an administrator is linked to an active full member of the workspace.
    """
    return not queries.acting_administrators_of(tx, authority_id)


def queue_if_needed(tx: Connection, authority_id: int, event: str, now: datetime) -> bool:
    """Notify the access manager's administrators if no administrator of the authority can act.

    `event` names the occasion in the keys of deliveries: each is told once. Return whether anybody
    is told: an authority may have no access manager, or one without reachable administrators.
    """
    if not is_without_administrator(tx, authority_id):
        return False
    left = queries.administrators_of(tx, authority_id)
    manager_id = authorities.require(tx, authority_id).manager_id
    if not left or manager_id is None:
        return False
    recipients = queries.reachable_administrators_of(tx, manager_id)
    for recipient in recipients:
        message = NewDelivery(
            DeliveryKind.NO_ADMINISTRATOR,
            authority_id,
            left[0].id,
            recipient_id=recipient.id,
            event=event,
        )
        deliveries.queue_next(tx, message, now)
    return bool(recipients)
