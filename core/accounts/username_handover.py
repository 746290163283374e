"""Records that a user was told their username, or sends it to the user in Slack (R54, R55, D10).

An administrator confirms having told the username, or the user asks for it in Slack.
"""

from datetime import datetime

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.deliveries import service as deliveries
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.users.principals import Principal, require_acting_administrator
from core.users.reset_permissions import require_administered
from core.users.rows import users
from core.users.rules import User


def confirm_handover(tx: Connection, principal: Principal, user_id: int, now: datetime) -> None:
    """Record that the administrator told the user the username in person or by phone (R54, D10).

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: neither a user of the principal's authority, nor an administrator of one
            that it manages (D11).
    """
    by = require_acting_administrator(tx, principal)
    user = require_administered(tx, principal, user_id)
    if user.username_handed_over_at is None:
        users.mark_username_known(tx, user_id, now)
        audit_event = audit.event_about(
            Actor.user(by.id),
            Act.USERNAME_TOLD,
            authority_id=user.authority_id,
            user_id=user_id,
        )
        audit.record(tx, audit_event, now)


def send_unless_known(tx: Connection, user: User, by_user_id: int | None, now: datetime) -> None:
    """Queue the username by DM to a user who was linked, unless they know it (R54, C4, B15)."""
    if user.username_handed_over_at is None:
        username = NewDelivery(DeliveryKind.USERNAME, user.authority_id, user.id, by_user_id)
        deliveries.queue_again(tx, username, now)


def reveal_username(tx: Connection, principal: Principal, now: datetime) -> str:
    """Return the principal's own username, and record that it was shown (D10, "reveal")."""
    user = users.require(tx, principal.user_id)
    users.mark_username_known(tx, user.id, now)
    audit_event = audit.event_about(
        Actor.user(user.id),
        Act.USERNAME_REVEALED,
        authority_id=user.authority_id,
        user_id=user.id,
    )
    audit.record(tx, audit_event, now)
    return user.username
