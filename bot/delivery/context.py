"""Reads the users, authorities and Slack members from which the messages of a batch are rendered.

A batch is the deliveries (outbox rows) that a worker claimed together.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from core.authorities.rows import batches
from core.authorities.rows.batches import TranslatedAuthority
from core.authorities.rules import Authority
from core.authorities.titles import title_in
from core.deliveries.rows import deliveries
from core.deliveries.rules import Delivery, DeliveryKind
from core.errors import NothingToSendError
from core.languages.tags import FALLBACK
from core.members import rows as members
from core.members.rules import Member, MemberKey
from core.time_zones import known_or_utc
from core.users.rows import queries, users
from core.users.rules import User

# Without a user who caused them, these are written in the language of an administrator.
_IN_AUTHORITYS_LANGUAGE = frozenset(
    {
        *(DeliveryKind.NOTICE, DeliveryKind.AUTHORITY_NOTICE, DeliveryKind.OLD_ADDRESS),
        *(DeliveryKind.LEAVING, DeliveryKind.RETURNED, DeliveryKind.IMPORTED),
    }
)


@dataclass(frozen=True, slots=True)
class DeliveryContext:
    """A delivery, its user, their authority, the user who caused it (`by`), and the recipient.

    `recipient` is None if the mail goes to the authority's own address. `language` is the
    language of such a mail: that of `by`, otherwise that of an administrator. The authority's
    title is in the language of the message (D25). `members` are the known Slack members of the
    users of the whole batch, by their keys. `has_mail_copy`: an e-mail with the same content to the
    same recipient is a delivery of its own (R32, D19).
    """

    delivery: Delivery
    user: User
    authority: Authority
    by: User | None
    recipient: User | None
    language: str
    members: Mapping[MemberKey, Member]
    has_mail_copy: bool = False

    def time_zone_of(self, user: User) -> str:
        """Return the IANA name of the user's time zone as Slack reports it, else "UTC" (B05)."""
        member = None if user.member is None else self.members.get(user.member)
        return known_or_utc(None if member is None else member.tz)

    def require_administrator(self) -> User:
        """Return the recipient.

        Raises:
            NothingToSendError: the recipient is no administrator, or no longer one.
        """
        recipient = self.recipient
        if recipient is None or recipient.removed_at is not None or not recipient.administrator:
            raise NothingToSendError("They administer nothing any more.")
        return recipient

    def require_same_password(self) -> None:
        """Require that the user still has the password that the message is about.

        Raises:
            NothingToSendError: the user is removed, or has another password.
        """
        if self.user.removed_at is not None:
            raise NothingToSendError("The user is gone.")
        if self.user.password_id != int(self.delivery.event.partition(":")[0]):
            raise NothingToSendError("The user has another password by now.")


def contexts_of(tx: Connection, batch: Collection[Delivery]) -> dict[int, DeliveryContext]:
    """Return the contexts of the deliveries by their ids, read in a few statements for all."""
    if not batch:
        return {}
    user_ids = {user_id for delivery in batch for user_id in _user_ids_of(delivery)}
    people = {user.id: user for user in users.find_all(tx, user_ids)}
    authorities = batches.find_translated(tx, {delivery.authority_id for delivery in batch})
    known = {member.key: member for member in members.of_users(tx, user_ids)}
    languages = queries.first_administrator_languages(
        tx, {one.authority_id for one in batch if _is_in_authoritys_language(one)}
    )
    contexts = {
        delivery.id: _context(
            delivery, people, authorities[delivery.authority_id], languages, known
        )
        for delivery in batch
    }
    copied = {
        one: replace(contexts[one], has_mail_copy=True)
        for one in deliveries.with_mail_copies(tx, batch)
    }
    return contexts | copied


def _context(
    delivery: Delivery,
    people: Mapping[int, User],
    authority: TranslatedAuthority,
    languages: Mapping[int, str],
    known: Mapping[MemberKey, Member],
) -> DeliveryContext:
    user = people[delivery.user_id]
    by, recipient = (people.get(one or 0) for one in (delivery.by_user_id, delivery.recipient_id))
    default = languages.get(delivery.authority_id, FALLBACK)
    language = default if by is None else by.language
    reader = recipient or (None if _is_to_others(delivery, by) else user)
    shown_in = language if reader is None else reader.language
    title = title_in(authority.authority, authority.titles, shown_in)
    titled = replace(authority.authority, informal_title=title)
    return DeliveryContext(delivery, user, titled, by, recipient, language, known)


def _is_to_others(delivery: Delivery, by: User | None) -> bool:
    """Return whether a message without a recipient is in the language of who caused it.

    It goes to the authority's address or its team channel; the others go to the user (D25).
    """
    if delivery.kind == DeliveryKind.ONBOARDING:
        return by is not None
    return delivery.kind in _IN_AUTHORITYS_LANGUAGE


def _user_ids_of(delivery: Delivery) -> Iterable[int]:
    ids = (delivery.user_id, delivery.by_user_id, delivery.recipient_id)
    return (user_id for user_id in ids if user_id is not None)


def _is_in_authoritys_language(delivery: Delivery) -> bool:
    return delivery.by_user_id is None and delivery.kind in _IN_AUTHORITYS_LANGUAGE
