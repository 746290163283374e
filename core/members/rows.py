"""The SQL of Slack members."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    tuple_,
    update,
)

from core.members.rules import Member, MemberKey
from core.schema.members import members
from core.schema.users import not_removed, users
from core.store.upsert import upsert_into
from core.text_lengths import LONGEST_SLACK_NAME

# Built once: SQLAlchemy takes longer to build such a statement than SQLite to run it.
_BY_KEY = select(members).where(
    members.c.team_id == bindparam("team"), members.c.member_id == bindparam("member")
)


def save(tx: Connection, member: Member) -> bool:
    """Save the member as just seen, unless what is known is newer; return whether it was saved.

    What is known then counts as just seen.
    """
    key = {"team_id": member.key.team_id, "member_id": member.key.member_id}
    values = {
        "real_name": member.real_name[:LONGEST_SLACK_NAME],
        "first_name": member.first_name[:LONGEST_SLACK_NAME],
        "last_name": member.last_name[:LONGEST_SLACK_NAME],
        "email": member.email,
        "email_confirmed": member.email_confirmed,
        "locale": member.locale,
        "tz": member.tz,
        "deleted": member.deleted,
        "bot": member.bot,
        "guest": member.guest,
        "stranger": member.stranger,
        "seen_at": member.seen_at,
        "home_team_id": member.home_team_id,
    }
    inserting = upsert_into(tx, members).values(**key, **values, changed_at=member.changed_at)
    known, new = members.c.changed_at, inserting.excluded.changed_at
    # Two changes in one second have the same moment: the one that arrives later counts.
    saved = tx.execute(
        inserting.on_conflict_do_update(
            index_elements=[*key],
            set_={**values, "changed_at": func.coalesce(new, known)},
            where=or_(known.is_(None), new.is_(None), known <= new),
        )
    )
    if saved.rowcount == 0:
        tx.execute(update(members).where(_has_key(member.key)).values(seen_at=member.seen_at))
    return saved.rowcount > 0


def lock(tx: Connection, key: MemberKey) -> None:
    """Lock the member's row until the transaction ends, if there is one."""
    tx.execute(select(members.c.member_id).where(_has_key(key)).with_for_update())


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


def _has_key(key: MemberKey) -> ColumnElement[bool]:
    return and_(members.c.team_id == key.team_id, members.c.member_id == key.member_id)


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
        changed_at=row.changed_at,
        home_team_id=row.home_team_id,
    )
