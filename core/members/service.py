"""What is known of Slack's members is kept while they are members, or users of IMI (D14)."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, or_, select, tuple_

from core.schema.members import members
from core.schema.users import not_removed, users

# Slack lists everybody each night; who was not in it for so long is in the workspace no more.
LONGEST_UNSEEN = timedelta(days=30)


def delete_departed(tx: Connection, now: datetime, most: int) -> int:
    """Drop up to `most` members who left the workspace and are no users; return how many."""
    linked = (users.c.team_id == members.c.team_id) & (users.c.member_id == members.c.member_id)
    gone = (
        select(members.c.team_id, members.c.member_id)
        .where(or_(members.c.deleted, members.c.seen_at < now - LONGEST_UNSEEN))
        .where(~select(users.c.id).where(linked, not_removed).exists())
        .limit(most)
    )
    found = [(row.team_id, row.member_id) for row in tx.execute(gone)]
    key = tuple_(members.c.team_id, members.c.member_id)
    if found:
        tx.execute(delete(members).where(key.in_(found)))
    return len(found)
