"""Whose a Slack member is: by the link, or by the confirmed address of the profile (D21)."""

from sqlalchemy import Connection

from core.errors import InputError
from core.members import rows as members
from core.members.rules import Member, MemberKey
from core.users import rows
from core.users.contacts import email_of
from core.users.rules import User


def owner_of_address(tx: Connection, member: Member) -> User | None:
    """Return the user who has the profile's confirmed address, linked or not, or None."""
    if not member.email or not member.email_confirmed:
        return None
    try:
        return rows.find_by_email(tx, email_of(member.email).key)
    except InputError:
        return None


def owner_of(tx: Connection, key: MemberKey) -> User | None:
    """Return the user whom nobody else may be linked in place of, or None.

    That is whoever is linked to the member, else whoever has its confirmed address and never had a
    link: they become linked the first time they type a command.
    """
    linked = rows.find_by_member(tx, key)
    if linked is not None:
        return linked
    member = members.find(tx, key)
    owner = None if member is None else owner_of_address(tx, member)
    return None if owner is None or rows.was_linked(tx, owner.id) else owner
