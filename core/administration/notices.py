"""Queues notices of a change to an authority; they go to its address and administrators (D19, R31).

If the e-mail address changes, the old address gets a notice too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from core.administration.permissions import Editor
from core.authorities.rules import Authority
from core.deliveries import service as deliveries
from core.deliveries.rules import (
    EVENT_KEY,
    DeliveryDetails,
    DeliveryKind,
    NewDelivery,
    with_mail_copy,
)
from core.users.rows import queries
from core.users.rules import User

# Role gaps in the details of a delivery: a stored value, which must not change.
ROLE_GAPS_KEY = "unheld"


class AuthorityEvent(StrEnum):
    """The kinds of changes to an authority; the handlers hold the texts."""

    EDITED = "edited"
    MODULES = "modules"
    REMOVED = "removed"
    UNLINKED = "unlinked"


@dataclass(frozen=True, slots=True)
class AuthorityNotice:
    """A change to the authority; `by` is None for the system, `entry_id` its audit entry's number.

    `details` holds codes: `fields`, role keys under `ROLE_GAPS_KEY`, and of modules `granted`,
    `withdrawn`, `coordinator_gained`, `coordinator_lost` and `modules` (links to the
    `coordinator`).
    """

    kind: AuthorityEvent
    authority: Authority
    by: User | None
    entry_id: int
    details: DeliveryDetails


def queue_notice(tx: Connection, notice: AuthorityNotice, now: datetime) -> bool:
    """Queue the notice to the authority's address and its administrators, except to the actor.

    Administrators get it by e-mail, and by DM too if they are linked (R32, D19). Return whether
    one of them gets it.
    """
    by_id = None if notice.by is None else notice.by.id
    # Every delivery is about a user: the actor, or else the first administrator.
    about = _first_administrator(tx, notice.authority.id) if by_id is None else by_id
    if about is None:
        return False
    reachable = queries.reachable_administrators_of(tx, notice.authority.id)
    new_deliveries = [
        one
        for recipient in reachable
        if recipient.id != by_id
        for one in with_mail_copy(
            _delivery(recipient.id, notice, about, by_id), is_linked=recipient.member is not None
        )
    ]
    to_address = _delivery(None, notice, about, by_id)
    deliveries.queue(tx, [*new_deliveries, to_address], now)
    return bool(new_deliveries)


def queue_edit_notice(
    tx: Connection, editor: Editor, recorded: Mapping[str, int], now: datetime
) -> None:
    """Notify the authority of the fields that were edited on its behalf (R17, R31).

    `recorded` has the number of the audit entry of each field.
    """
    if editor.on_behalf and recorded:
        event, details = AuthorityEvent.EDITED, {"fields": list(recorded)}
        entry_id = max(recorded.values())
        notice = AuthorityNotice(event, editor.authority, editor.user, entry_id, details)
        queue_notice(tx, notice, now)


def queue_address_change_notice(
    tx: Connection, authority: Authority, by: User, entry_id: int, now: datetime
) -> None:
    """Queue a notice of the changed e-mail address to the old one, `authority.email` (R31, D9)."""
    notice = NewDelivery(
        DeliveryKind.OLD_ADDRESS,
        authority.id,
        by.id,
        by.id,
        event=str(entry_id),
        details={EVENT_KEY: AuthorityEvent.EDITED, "to": authority.email},
    )
    deliveries.queue(tx, [notice], now)


def _first_administrator(tx: Connection, authority_id: int) -> int | None:
    administrators = queries.administrators_of(tx, authority_id)
    return administrators[0].id if administrators else None


def _delivery(
    recipient_id: int | None, notice: AuthorityNotice, about: int, by_id: int | None
) -> NewDelivery:
    return NewDelivery(
        DeliveryKind.AUTHORITY_NOTICE,
        notice.authority.id,
        about,
        by_id,
        recipient_id=recipient_id,
        event=str(notice.entry_id),
        details={**notice.details, EVENT_KEY: notice.kind},
    )
