"""Whose a Slack member is: by the link, or by the confirmed address of the profile (D21)."""

import unicodedata
from string import ascii_lowercase, ascii_uppercase

from sqlalchemy import Connection

from core.contacts import EmailAddress, email_of
from core.errors import InputError
from core.members import rows as members
from core.members.rules import Member, MemberKey
from core.users.rows import users
from core.users.rules import User

_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


def find_owner_by_email(tx: Connection, member: Member) -> User | None:
    """Return the user who has just the profile's confirmed address, linked or not, or None.

    Of two spellings that count as one address for being taken (D9), such as `ß` and `ss`, a mail
    server may have made two: only the very same one, whatever its capitals, says who somebody is.
    """
    address = _confirmed(member)
    if address is None:
        return None
    user = users.find_by_email(tx, address.key)
    return user if user is not None and _exact(user.email) == _exact(address.text) else None


def find_owner(tx: Connection, key: MemberKey) -> User | None:
    """Return the user whom nobody else may be linked in place of, or None.

    That is whoever is linked to the member, else whoever has its confirmed address, or one that
    counts as the same, and never had a link: they become linked the first time they type a command.
    """
    linked = users.find_by_member(tx, key)
    if linked is not None:
        return linked
    member = members.find(tx, key)
    address = None if member is None else _confirmed(member)
    owner = None if address is None else users.find_by_email(tx, address.key)
    return None if owner is None or users.was_linked(tx, owner.id) else owner


def _confirmed(member: Member) -> EmailAddress | None:
    if not member.email or not member.email_confirmed:
        return None
    try:
        return email_of(member.email)
    except InputError:
        return None


def _exact(address: str) -> str:
    return unicodedata.normalize("NFC", address).translate(_SMALL)
