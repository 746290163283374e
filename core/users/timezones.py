"""Finds the time zone of a user: that of their Slack profile, or else UTC."""

from sqlalchemy import Connection

from core.members import rows as members
from core.users.rules import User


def time_zone_of(tx: Connection, user: User) -> str:
    """Return the IANA name of the user's time zone as Slack reports it, else "UTC"."""
    member = members.find(tx, user.member) if user.member is not None else None
    return member.tz if member is not None and member.tz else "UTC"
