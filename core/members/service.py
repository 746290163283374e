"""Saves Slack members as Slack describes them, and deletes those who left (D14, D21)."""

from datetime import datetime, timedelta
from enum import Enum, auto

from sqlalchemy import Connection

from core.members import rows
from core.members.rules import Member

# Slack lists all members each night; one that was not listed for so long has left the workspace.
LONGEST_UNSEEN = timedelta(days=30)


class Saved(Enum):
    """The results of saving a member."""

    OLDER = auto()  # not saved: what is known is newer
    SAME_ZONE = auto()
    NEW_ZONE = auto()  # the time zone is another one than before, or there was none


def save(tx: Connection, member: Member) -> Saved:
    """Save the member, unless the stored description by Slack is newer."""
    # Locked, so that the time zone before is that of the row which is replaced.
    rows.lock(tx, member.key)
    known = rows.find(tx, member.key)
    if not rows.save(tx, member):
        return Saved.OLDER
    return Saved.SAME_ZONE if known is not None and known.tz == member.tz else Saved.NEW_ZONE


def delete_departed(tx: Connection, now: datetime, limit: int) -> int:
    """Delete up to `limit` members who left the workspace and are no users; return how many."""
    return rows.delete_departed(tx, now - LONGEST_UNSEEN, limit)
