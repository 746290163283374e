"""Telling an authority what was done to it: its administrators and its own address (D19, R31)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from core.authorities.rules import Authority
from core.deliveries import service as deliveries
from core.deliveries.rules import DeliveryDetails, DeliveryKind, NewDelivery
from core.users.rows import queries
from core.users.rules import User


class AuthorityEvent(StrEnum):
    """What was done; the words stand where they are said."""

    EDITED = "edited"
    MODULES = "modules"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class AuthorityNotice:
    """What `by`, or the system, did to the authority; `event` is the number of its audit entry.

    `details` are codes: `fields`, `granted` and `withdrawn` (module codes), `unheld` (role keys).
    """

    deed: AuthorityEvent
    authority: Authority
    by: User | None
    event: int
    details: DeliveryDetails


def queue_notice(tx: Connection, notice: AuthorityNotice, now: datetime) -> None:
    """Queue the notice to the authority's administrators, but who did it, and to its address."""
    by_id = None if notice.by is None else notice.by.id
    ids = [one.id for one in queries.administrators_of(tx, notice.authority.id)]
    # A delivery is about somebody: whoever did it, else the first of those it is done to.
    about = by_id or next(iter(ids), None)
    if about is None:
        return
    recipients = [one for one in ids if one != by_id]
    wishes = [_to(recipient, notice, about, by_id) for recipient in (*recipients, None)]
    deliveries.queue(tx, wishes, now)


def queue_address_change_notice(
    tx: Connection, authority: Authority, by: User, event: int, now: datetime
) -> None:
    """Queue word of a new address to the one that `authority` had before (R31, D9)."""
    to_old = NewDelivery(
        DeliveryKind.OLD_ADDRESS,
        authority.id,
        by.id,
        by.id,
        event=str(event),
        details={"deed": AuthorityEvent.EDITED, "to": authority.email},
    )
    deliveries.queue(tx, [to_old], now)


def _to(
    recipient_id: int | None, notice: AuthorityNotice, about: int, by_id: int | None
) -> NewDelivery:
    return NewDelivery(
        DeliveryKind.AUTHORITY_NOTICE,
        notice.authority.id,
        about,
        by_id,
        recipient_id=recipient_id,
        event=str(notice.event),
        details={**notice.details, "deed": notice.deed},
    )
