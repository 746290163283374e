"""Sends administrators the request of a user who may not do something themselves (R38)."""

from datetime import UTC, datetime

from sqlalchemy import Connection

from core.deliveries.rows import deliveries
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.errors import AlreadyAskedError, NobodyToAskError
from core.members.rules import Member
from core.users.principals import Principal
from core.users.rows import queries, users
from core.users.rules import User

# Maximum number of different requests of a user on one day.
MOST_A_DAY = 3
# Maximum number of administrators that a refusal names.
MOST_NAMED = 5


def whom_to_ask(tx: Connection, principal: Principal) -> tuple[User, ...]:
    """Return the administrators of the principal's authority, without the principal."""
    found = queries.reachable_administrators_of(tx, principal.authority_id)
    return tuple(user for user in found if user.id != principal.user_id)


def whom_a_colleague_can_ask(tx: Connection, member: Member) -> tuple[User, ...]:
    """Return administrators with an address in the domain of the member's confirmed address."""
    _, _, domain = (member.email or "").rpartition("@")
    if not domain or not member.email_confirmed:
        return ()
    return queries.acting_administrators_in_domain(tx, domain.casefold(), MOST_NAMED)


def ask(tx: Connection, principal: Principal, topic: str, now: datetime) -> int:
    """Send the request to the authority's other administrators; return how many there are.

    `topic` is the command that the user may not use, or "" for anything else. A request is sent
    once a day, and a user can send at most `MOST_A_DAY`.

    Raises:
        NotFoundError: the principal has been removed.
        NobodyToAskError: nobody else administers the authority.
        AlreadyAskedError: the request was sent today, or too many others were.
    """
    user = users.require_in_authority(tx, principal.user_id, principal.authority_id)
    users.lock(tx, user.id)
    recipients = whom_to_ask(tx, principal)
    if not recipients:
        raise NobodyToAskError("Nobody to ask.")
    event = f"{now:%Y-%m-%d}{topic}"
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    asked = deliveries.events_since(tx, DeliveryKind.HELP_REQUEST, user.id, midnight)
    if event in asked or len(asked) >= MOST_A_DAY:
        raise AlreadyAskedError("They were asked today.")
    requests = [
        NewDelivery(
            DeliveryKind.HELP_REQUEST,
            user.authority_id,
            user.id,
            user.id,
            recipient_id=recipient.id,
            event=event,
            details={"topic": topic},
        )
        for recipient in recipients
    ]
    deliveries.add_all_unless_queued(tx, requests, now)
    return len(recipients)
