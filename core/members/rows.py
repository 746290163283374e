"""The SQL of Slack members."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, or_, select, tuple_

from core.members.rules import Member, MemberKey
from core.schema.members import members
from core.schema.users import not_removed, users
from core.text_lengths import LONGEST_SLACK_NAME

# Built once: SQLAlchemy takes longer to build such a statement than SQLite to run it.
_BY_KEY = select(members).where(
    members.c.team_id == bindparam("team"), members.c.member_id == bindparam("member")
)


def save(tx: Connection, member: Member) -> None:
    """Save the member as just seen, in place of what was known."""
    tx.execute(delete(members).where(*_has_key(member.key)))
    tx.execute(
        insert(members).values(
            team_id=member.key.team_id,
            member_id=member.key.member_id,
            real_name=member.real_name[:LONGEST_SLACK_NAME],
            first_name=member.first_name[:LONGEST_SLACK_NAME],
            last_name=member.last_name[:LONGEST_SLACK_NAME],
            email=member.email,
            email_confirmed=member.email_confirmed,
            locale=member.locale,
            tz=member.tz,
            deleted=member.deleted,
            bot=member.bot,
            guest=member.guest,
            stranger=member.stranger,
            seen_at=member.seen_at,
        )
    )


def find(tx: Connection, key: MemberKey) -> Member | None:
    """Return the member as last seen, or None."""
    row = tx.execute(_BY_KEY, {"team": key.team_id, "member": key.member_id}).one_or_none()
    return None if row is None else _member(row)


def delete_departed(tx: Connection, unseen_since: datetime, limit: int) -> int:
    """Delete up to `limit` members who are deactivated or unseen since then and no users.

    Returns the number of deleted members.
    """
    linked = (users.c.team_id == members.c.team_id) & (users.c.member_id == members.c.member_id)
    departed = (
        select(members.c.team_id, members.c.member_id)
        .where(or_(members.c.deleted, members.c.seen_at < unseen_since))
        .where(~select(users.c.id).where(linked, not_removed).exists())
        .limit(limit)
    )
    keys = [(row.team_id, row.member_id) for row in tx.execute(departed)]
    if keys:
        key = tuple_(members.c.team_id, members.c.member_id)
        tx.execute(delete(members).where(key.in_(keys)))
    return len(keys)


def _has_key(key: MemberKey) -> tuple[Any, Any]:
    return members.c.team_id == key.team_id, members.c.member_id == key.member_id


def _member(row: Row[Any]) -> Member:
    return Member(
        key=MemberKey(row.team_id, row.member_id),
        real_name=row.real_name,
        first_name=row.first_name,
        last_name=row.last_name,
        email=row.email,
        email_confirmed=row.email_confirmed,
        locale=row.locale,
        tz=row.tz,
        deleted=row.deleted,
        bot=row.bot,
        guest=row.guest,
        stranger=row.stranger,
        seen_at=row.seen_at,
    )
