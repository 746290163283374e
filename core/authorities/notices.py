"""Telling an authority what was done to it: its administrators and its own address (D19, R31)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from core.authorities.rules import Authority
from core.deliveries import service as deliveries
from core.deliveries.rules import Details, Kind, NewDelivery
from core.users import lists
from core.users.rules import User


class Deed(StrEnum):
    """What was done; the words stand where they are said."""

    EDITED = "edited"
    MODULES = "modules"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class AuthorityNotice:
    """What `by` did to the authority; `event` is the number of its audit entry.

    `details` are codes: `fields`, `granted` and `withdrawn` (module codes), `unheld` (role keys).
    """

    deed: Deed
    authority: Authority
    by: User
    event: int
    details: Details


def tell(tx: Connection, notice: AuthorityNotice, now: datetime) -> None:
    """Queue the notice to the authority's administrators, but who did it, and to its address."""
    administrators = lists.administrators_of(tx, notice.authority.id)
    recipients = [one.id for one in administrators if one.id != notice.by.id]
    deliveries.queue(tx, [_to(recipient, notice) for recipient in (*recipients, None)], now)


def _to(recipient_id: int | None, notice: AuthorityNotice) -> NewDelivery:
    return NewDelivery(
        Kind.AUTHORITY_NOTICE,
        notice.authority.id,
        notice.by.id,
        notice.by.id,
        recipient_id=recipient_id,
        event=str(notice.event),
        details={**notice.details, "deed": notice.deed},
    )
