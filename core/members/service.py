"""What is known of Slack's members is kept while they are members, or users of IMI (D14)."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, or_, select, tuple_

from core.members import rows
from core.members.rules import Member
from core.schema.members import members
from core.schema.users import here, users

# Slack lists everybody each night; who was not in it for so long is in the workspace no more.
UNSEEN = timedelta(days=30)


def save(tx: Connection, member: Member) -> bool:
    """Save the member; return whether the time zone is new or another one than before."""
    known = rows.find(tx, member.key)
    rows.put(tx, member)
    return known is None or known.tz != member.tz


def forget_gone(tx: Connection, now: datetime, most: int) -> int:
    """Drop up to `most` members who left the workspace and are no users; return how many."""
    linked = (users.c.team_id == members.c.team_id) & (users.c.member_id == members.c.member_id)
    gone = (
        select(members.c.team_id, members.c.member_id)
        .where(or_(members.c.deleted, members.c.seen_at < now - UNSEEN))
        .where(~select(users.c.id).where(linked, here).exists())
        .limit(most)
    )
    found = [(row.team_id, row.member_id) for row in tx.execute(gone)]
    key = tuple_(members.c.team_id, members.c.member_id)
    if found:
        tx.execute(delete(members).where(key.in_(found)))
    return len(found)
