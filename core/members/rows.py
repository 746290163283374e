"""Members in the database: all their SQL, and nothing but."""

from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    delete,
    insert,
    select,
)

from core.limits import LONGEST_SLACK_NAME
from core.members.rules import Member, MemberKey
from core.schema.members import members

# Built once: building a statement costs more than running it.
_BY_KEY = select(members).where(
    members.c.team_id == bindparam("team"), members.c.member_id == bindparam("member")
)


def put(tx: Connection, member: Member) -> None:
    """Write the member as now seen, in place of what was known."""
    tx.execute(delete(members).where(*_is(member.key)))
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


def _is(key: MemberKey) -> tuple[Any, Any]:
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
