"""Saves Slack members as Slack describes them, and deletes those who left (D14, D21)."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.members import rows
from core.members.rules import Member

# Slack lists all members each night; one that was not listed for so long has left the workspace.
LONGEST_UNSEEN = timedelta(days=30)


def save(tx: Connection, member: Member) -> bool:
    """Save the member; return whether the time zone is new or another one than before."""
    known = rows.find(tx, member.key)
    rows.save(tx, member)
    return known is None or known.tz != member.tz


def delete_departed(tx: Connection, now: datetime, limit: int) -> int:
    """Delete up to `limit` members who left the workspace and are no users; return how many."""
    return rows.delete_departed(tx, now - LONGEST_UNSEEN, limit)
