"""The SQL that saves, finds and deletes what Slack last reported about members."""

from collections.abc import Collection
from datetime import UTC, datetime
from types import SimpleNamespace
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
from core.store.id_lists import is_one_of_parameter, list_of
from core.store.locks import locking
from core.store.prepared import Prepared
from core.store.upsert import upsert_into

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

# Built once: SQLAlchemy takes longer to build such a statement than SQLite to run it.
_SELECT_BY_KEY = select(members).where(
    members.c.team_id == bindparam("team"), members.c.member_id == bindparam("member")
)
_BY_KEY = Prepared(_SELECT_BY_KEY)
_BY_KEY_LOCKED = Prepared(locking(_SELECT_BY_KEY))
_linked = (users.c.team_id == members.c.team_id) & (users.c.member_id == members.c.member_id)
_OF_USERS = Prepared(
    select(members).join(users, _linked).where(is_one_of_parameter(users.c.id, "ids"))
)
_EXPIRE = (
    update(members)
    .where(members.c.team_id == bindparam("team"), members.c.member_id == bindparam("member"))
    .values(seen_at=_LONG_AGO)
)


def save(tx: Connection, member: Member) -> bool:
    """Save the member as just seen, unless the stored state is newer; return whether it was saved.

    A newer stored state then counts as just seen.
    """
    key = {"team_id": member.key.team_id, "member_id": member.key.member_id}
    values = {
        "email": member.email if member.email_confirmed else None,
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


def lock(tx: Connection, key: MemberKey) -> Member | None:
    """Lock the member's row until the transaction ends, and return the member, or None."""
    return _found(tx, _BY_KEY_LOCKED, key)


def find(tx: Connection, key: MemberKey) -> Member | None:
    """Return the member as last seen, or None."""
    return _found(tx, _BY_KEY, key)


def of_users(tx: Connection, user_ids: Collection[int]) -> tuple[Member, ...]:
    """Return the members that these users are linked to, as last seen."""
    return tuple(map(member_of, _OF_USERS.rows(tx, {"ids": list_of(user_ids)})))


def expire(tx: Connection, key: MemberKey) -> None:
    """Let the member count as never seen, so that Slack is asked before they are needed again."""
    tx.execute(_EXPIRE, {"team": key.team_id, "member": key.member_id})


def forget(tx: Connection, key: MemberKey) -> None:
    """Delete what is known of the member."""
    tx.execute(delete(members).where(_has_key(key)))


def forget_non_users(tx: Connection, seen: tuple[datetime, datetime], limit: int) -> int:
    """Delete up to `limit` members who are no users, unless last seen between two moments.

    Returns how many were deleted.
    """
    old = (
        select(members.c.team_id, members.c.member_id)
        .where(~members.c.seen_at.between(*seen))
        .where(~select(users.c.id).where(_linked, not_removed).exists())
        .limit(limit)
    )
    keys = [(row.team_id, row.member_id) for row in tx.execute(old)]
    if keys:
        key = tuple_(members.c.team_id, members.c.member_id)
        tx.execute(delete(members).where(key.in_(keys)))
    return len(keys)


def mark_other_workspaces(tx: Connection, team_id: str) -> None:
    """Mark members of other workspaces than the bot's as strangers; none of them can act (D12)."""
    of_others = members.c.team_id != team_id
    tx.execute(update(members).where(of_others, ~members.c.stranger).values(stranger=True))


def _found(tx: Connection, query: Prepared, key: MemberKey) -> Member | None:
    row = query.row(tx, {"team": key.team_id, "member": key.member_id})
    return None if row is None else member_of(row)


def _has_key(key: MemberKey) -> ColumnElement[bool]:
    return and_(members.c.team_id == key.team_id, members.c.member_id == key.member_id)


def member_of(row: Row[Any] | SimpleNamespace) -> Member:
    """Return the member in a row, or part of a row, with the columns of `members`."""
    return Member(
        key=MemberKey(row.team_id, row.member_id),
        email=row.email,
        email_confirmed=row.email is not None,
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
