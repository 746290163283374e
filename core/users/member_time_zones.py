"""Returns a user's time zone: that of their Slack profile, or UTC if it is unknown."""

from sqlalchemy import Connection

from core.members import rows as members
from core.time_zones import UTC_NAME, known_or_utc
from core.users.rules import User


def time_zone_of(tx: Connection, user: User) -> str:
    """Return the IANA name of the user's time zone as Slack reports it, else "UTC" (B05)."""
    if user.member is None:
        return UTC_NAME
    member = members.find(tx, user.member)
    return known_or_utc(None if member is None else member.tz)
