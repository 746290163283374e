"""Loads the users and the authority from which the message of an outbox row is rendered."""

from dataclasses import dataclass

from sqlalchemy import Connection

from core.administration.title_tasks import with_translated_title
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.deliveries.rules import Delivery
from core.languages.tags import FALLBACK
from core.users.rows import queries, users
from core.users.rules import User


@dataclass(frozen=True, slots=True)
class DeliveryContext:
    """The user, their authority, the user who caused the delivery (`by`), and the recipient.

    `recipient` is None if the mail goes to the authority's own address. `language` is the
    language of such a mail: that of `by`, otherwise that of an administrator.
    """

    user: User
    authority: Authority
    by: User | None
    recipient: User | None
    language: str


def context_of(tx: Connection, delivery: Delivery) -> DeliveryContext | None:
    """Return the delivery's context; None if the user is no longer in the database."""
    user = users.find(tx, delivery.user_id)
    if user is None:
        return None
    by = None if delivery.by_user_id is None else users.find(tx, delivery.by_user_id)
    recipient = None
    if delivery.recipient_id is not None:
        recipient = users.find(tx, delivery.recipient_id)
    authority = authorities.require(tx, delivery.authority_id)
    reader = (recipient or user).language
    titled = with_translated_title(tx, authority, reader)
    return DeliveryContext(user, titled, by, recipient, _language(tx, authority, by))


def _language(tx: Connection, authority: Authority, by: User | None) -> str:
    if by is not None:
        return by.language
    administrators = queries.administrators_of(tx, authority.id)
    return administrators[0].language if administrators else FALLBACK
