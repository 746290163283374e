"""Records that users learned their username, in person or by a button in Slack (R54, R55, D10)."""

from datetime import datetime

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.users.principals import Principal, require_acting_administrator
from core.users.rows import users


def confirm_handover(tx: Connection, principal: Principal, user_id: int, now: datetime) -> None:
    """Record that the administrator told the user the username in person or by phone (R54, D10).

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such user in the principal's authority.
    """
    by = require_acting_administrator(tx, principal)
    user = users.require_in_authority(tx, user_id, by.authority_id)
    if user.username_handed_over_at is None:
        users.mark_username_known(tx, user_id, now)
        audit_event = audit.event_about(
            Actor.user(by.id),
            Act.USERNAME_TOLD,
            authority_id=by.authority_id,
            user_id=user_id,
        )
        audit.record(tx, audit_event, now)


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
