"""Finds the user of a Slack member, by the stored link or by e-mail address (D21).

The address is the one that Slack confirmed in the member's profile.
"""

import unicodedata
from string import ascii_lowercase, ascii_uppercase

from sqlalchemy import Connection

from core.contacts import EmailAddress, email_of
from core.errors import InputError
from core.members import rows as members
from core.members.rules import Member, MemberKey
from core.users.rows import users
from core.users.rules import User

_LOWER_CASE = str.maketrans(ascii_uppercase, ascii_lowercase)


def find_owner_by_email(tx: Connection, member: Member) -> User | None:
    """Return the user who has exactly the profile's confirmed address, linked or not, or None.

    Two spellings may count as one address when uniqueness is checked (D9), such as `ß` and `ss`,
    and still be two mailboxes at the mail server. So only the same spelling, in any ASCII case,
    proves that the member is the user.
    """
    address = _address_of(member)
    if address is None:
        return None
    user = users.find_by_email(tx, address.key)
    return user if user is not None and _exact(user.email) == _exact(address.text) else None


def find_owner(tx: Connection, key: MemberKey) -> User | None:
    """Return the only user whom the member may be linked to, or None if any user will do.

    That is the user who is linked to the member; where there is none, `find_owner_to_be_linked`.
    """
    return users.find_by_member(tx, key) or find_owner_to_be_linked(tx, key)


def find_owner_to_be_linked(tx: Connection, key: MemberKey) -> User | None:
    """Return the user whom the member's next command in Slack will link to it, or None.

    That is the user who has the profile's confirmed address, or one that counts as the same, and
    who never had a link.
    """
    member = members.find(tx, key)
    address = None if member is None else _address_of(member)
    return None if address is None else find_owner_by_address(tx, address)


def find_owner_by_address(tx: Connection, address: EmailAddress) -> User | None:
    """Return the user with this address, or one that counts as the same, who never had a link."""
    owner = users.find_by_email(tx, address.key)
    return None if owner is None or users.was_linked(tx, owner.id) else owner


def _address_of(member: Member) -> EmailAddress | None:
    return confirmed_address(member.email) if member.email_confirmed else None


def confirmed_address(email: str | None) -> EmailAddress | None:
    """Return the address that Slack confirmed for a member; None if it is none for a user."""
    if not email:
        return None
    try:
        return email_of(email)
    except InputError:
        return None


def _exact(address: str) -> str:
    return unicodedata.normalize("NFC", address).translate(_LOWER_CASE)
