"""Queues notices of a change to a user; they go to the user and the authority's address (D19).

A user gets a notice by e-mail, and by DM too if they are linked to a Slack member (R32).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from core.deliveries import service as deliveries
from core.deliveries.rules import (
    NOTICE_TYPE_KEY,
    DeliveryDetails,
    DeliveryKind,
    NewDelivery,
    with_mail_copy,
)
from core.users.rules import User


class NoticeType(StrEnum):
    """The acts that notices report; the text is rendered when the notice is sent."""

    REGISTERED = "registered"
    IMPORTED = "imported"
    DETAILS_CHANGED = "details_changed"
    ROLES_CHANGED = "roles_changed"
    RESET = "reset"
    BLOCKED = "blocked"
    REMOVED = "removed"
    RESTORED = "restored"
    ADMINISTRATOR_NAMED = "administrator_named"
    REQUEST_DECLINED = "request_declined"
    REQUEST_EXPIRED = "request_lapsed"


# The user gets other messages about these.
_NOT_TO_USER = frozenset({NoticeType.REGISTERED, NoticeType.IMPORTED})
# People who are not signed in can cause these, and must not be able to cause e-mails (D3).
_BY_DM_ALONE = frozenset({NoticeType.BLOCKED})
# These do not concern the authority as a whole.
_NOT_TO_AUTHORITY = frozenset(
    {
        *(NoticeType.DETAILS_CHANGED, NoticeType.BLOCKED),
        *(NoticeType.REQUEST_DECLINED, NoticeType.REQUEST_EXPIRED),
    }
)


@dataclass(frozen=True, slots=True)
class Notice:
    """An act of `by_user_id` that concerns `user`; `entry_id` is the number of its audit entry.

    `details` are codes and numbers, no secrets: `fields` (names of details that changed),
    `given` and `taken` (role keys), `reason` (what an administrator wrote), `number` (of users),
    `new_password` (true if a restored user gets a temporary password).
    """

    type: NoticeType
    user: User
    by_user_id: int | None
    entry_id: int
    details: DeliveryDetails


def queue_notice(tx: Connection, notice: Notice, now: datetime) -> None:
    """Queue the notice to the user, the authority's address, or both, depending on its type."""
    deliveries.queue(tx, deliveries_of(notice), now)


def deliveries_of(notice: Notice) -> list[NewDelivery]:
    """Return the deliveries that `queue_notice` queues."""
    is_linked = notice.user.member is not None
    new_deliveries: list[NewDelivery] = []
    if notice.type in _BY_DM_ALONE:
        if is_linked:
            new_deliveries.append(_delivery_to(notice.user.id, notice))
    elif notice.type not in _NOT_TO_USER:
        to_user = _delivery_to(notice.user.id, notice)
        new_deliveries += with_mail_copy(to_user, is_linked=is_linked)
    if notice.type not in _NOT_TO_AUTHORITY:
        new_deliveries.append(_delivery_to(None, notice))
    return new_deliveries


def _delivery_to(recipient_id: int | None, notice: Notice) -> NewDelivery:
    return NewDelivery(
        DeliveryKind.NOTICE,
        notice.user.authority_id,
        notice.user.id,
        notice.by_user_id,
        recipient_id=recipient_id,
        event=str(notice.entry_id),
        details={**notice.details, NOTICE_TYPE_KEY: notice.type},
    )
