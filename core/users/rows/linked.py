"""The SQL that finds users who are linked to Slack members, of this workspace or of others."""

from sqlalchemy import Connection, select

from core.schema.users import not_removed, users


def by_member(tx: Connection) -> dict[str, tuple[int, ...]]:
    """Return the ids of the users who are linked to each Slack member's id, in any workspace."""
    found: dict[str, tuple[int, ...]] = {}
    query = select(users.c.id, users.c.member_id).where(users.c.member_id.is_not(None), not_removed)
    for row in tx.execute(query.order_by(users.c.id)):
        found[row.member_id] = (*found.get(row.member_id, ()), row.id)
    return found


def elsewhere(tx: Connection, team_id: str) -> tuple[int, ...]:
    """Return the ids of users who are linked to members of other workspaces than this one."""
    of_others = users.c.member_id.is_not(None) & (users.c.team_id != team_id)
    return tuple(tx.scalars(select(users.c.id).where(of_others, not_removed).order_by(users.c.id)))
