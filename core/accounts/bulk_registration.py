"""Registers many users of one authority with as many statements as it takes for one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from core.accounts import registration
from core.audit import service as audit
from core.authorities.rules import Authority
from core.deliveries import service as deliveries
from core.users.rows import bulk
from core.users.rules import RegistrationRequest, User


def register_all(
    tx: Connection, authority: Authority, requests: Sequence[RegistrationRequest], now: datetime
) -> tuple[User, ...]:
    """Register the users, record each in the audit trail, and queue the messages about each.

    The caller has locked the authority and has checked the users, who are not linked to Slack
    members. The rows are the same as if each user were registered alone.

    Raises:
        sqlalchemy.exc.IntegrityError: another transaction took an address or a username since the
            check; nothing is written.
    """
    with tx.begin_nested():
        registered = bulk.add_all(tx, requests, now)
    pairs = list(zip(requests, registered, strict=True))
    recorded = audit.record_all(tx, [registration.event_of(*pair) for pair in pairs], now)
    new_deliveries = [
        delivery
        for (request, user), entry in zip(pairs, recorded, strict=True)
        for delivery in registration.deliveries_of(request, authority, user, entry.id)
    ]
    deliveries.queue(tx, new_deliveries, now)
    return registered
