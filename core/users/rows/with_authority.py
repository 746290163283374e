"""The SQL that reads a user together with their authority, and with their Slack member."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, select

from core.authorities.rows.authorities import SELECT_AUTHORITY, authority_of
from core.authorities.rules import Authority
from core.members.rows import member_of
from core.members.rules import Member, MemberKey
from core.schema.authorities import authorities
from core.schema.members import members
from core.schema.passwords import passwords
from core.schema.users import not_removed, users
from core.store.prepared import Prepared
from core.users.rows.mapping import SELECT_USER, read_user
from core.users.rules import User


@dataclass(frozen=True, slots=True)
class MemberWithUser:
    """A Slack member, the user they are linked to if any, and the user's authority."""

    member: Member
    user: User | None
    authority: Authority | None


_of_user = SELECT_USER.selected_columns
_of_authority = SELECT_AUTHORITY.selected_columns
# The positions in a row at which the columns of the authority and of the member begin.
_AUTHORITY, _MEMBER = len(_of_user), len(_of_user) + len(_of_authority)
_AUTHORITY_NAMES = tuple(str(column.key) for column in _of_authority)
_MEMBER_NAMES = tuple(str(column.key) for column in members.c)
_own_password = passwords.c.id == users.c.password_id
_own_authority = authorities.c.id == users.c.authority_id
_linked = and_(
    users.c.member_id == members.c.member_id, users.c.team_id == members.c.team_id, not_removed
)
# The user's columns come first: in a row, a name that occurs twice means the first of them.
_BY_USER = Prepared(
    select(*_of_user, *_of_authority)
    .select_from(users.join(authorities, _own_authority).outerjoin(passwords, _own_password))
    .where(users.c.id == bindparam("user"))
)
_BY_MEMBER = Prepared(
    select(*_of_user, *_of_authority, *members.c)
    .select_from(
        members.outerjoin(users, _linked)
        .outerjoin(authorities, _own_authority)
        .outerjoin(passwords, _own_password)
    )
    .where(members.c.team_id == bindparam("team"), members.c.member_id == bindparam("member"))
)


def find(tx: Connection, user_id: int) -> tuple[User, Authority] | None:
    """Return the user, removed or not, and their authority, or None."""
    row = _BY_USER.row(tx, {"user": user_id})
    return None if row is None else (read_user(row), _authority_in(row))


def find_member(tx: Connection, key: MemberKey) -> MemberWithUser | None:
    """Return the Slack member as last seen, with the user they are linked to; None if unknown."""
    row = _BY_MEMBER.row(tx, {"team": key.team_id, "member": key.member_id})
    if row is None:
        return None
    member = member_of(_part(row, _MEMBER, _MEMBER_NAMES))
    if row.id is None:
        return MemberWithUser(member, None, None)
    return MemberWithUser(member, read_user(row), _authority_in(row))


def _authority_in(row: Row[Any]) -> Authority:
    return authority_of(_part(row, _AUTHORITY, _AUTHORITY_NAMES))


def _part(row: Row[Any], begin: int, names: tuple[str, ...]) -> SimpleNamespace:
    values = row[begin : begin + len(names)]
    return SimpleNamespace(**dict(zip(names, values, strict=True)))
