"""The mapping between users and their columns, to write and to read them."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from core.members.rules import MemberKey
from core.role_keys import RoleKey
from core.schema.passwords import passwords
from core.schema.roles import user_roles
from core.schema.users import users
from core.users.rules import NewUser, User
from core.users.search_keys import search_key_of, sort_key_of
from core.users.status import AccountStatus, StrangerBlock

# Built once, because building a statement costs more than running it.
SELECT_USER = select(
    users, passwords.c.made_at, passwords.c.expires_at, passwords.c.temporary
).outerjoin(passwords, passwords.c.id == users.c.password_id)

_HELD = (
    select(user_roles.c.module, user_roles.c.role)
    .where(user_roles.c.user_id == bindparam("holder"))
    .order_by(user_roles.c.module, user_roles.c.role)
)


def columns_of(new_user: NewUser) -> dict[str, object]:
    """Return the columns of the details, with the keys by which the user is found and sorted."""
    member = new_user.member
    return {
        "first_name": new_user.first_name,
        "last_name": new_user.last_name,
        "language": new_user.language,
        "email": new_user.email.text,
        "email_key": new_user.email.key,
        "phone": new_user.phone,
        "username": new_user.username,
        "team_id": None if member is None else member.team_id,
        "member_id": None if member is None else member.member_id,
        "search_key": search_key_of(new_user, new_user.email.text),
        "sort_key": sort_key_of(new_user),
    }


def read_user(tx: Connection, row: Row[Any]) -> User:
    """Return the user of the row; their roles are read by one more query."""
    return _user(row, _roles_of(tx, row.id))


def read_users(tx: Connection, rows: Sequence[Row[Any]]) -> tuple[User, ...]:
    """Return the users of the rows; the roles of all are read by one more query."""
    roles_of_each = _roles_of_each(tx, [row.id for row in rows])
    return tuple(_user(row, roles_of_each[row.id]) for row in rows)


def _user(row: Row[Any], held: tuple[RoleKey, ...]) -> User:
    is_linked = row.member_id is not None
    return User(
        id=row.id,
        authority_id=row.authority_id,
        first_name=row.first_name,
        last_name=row.last_name,
        language=row.language,
        email=row.email,
        phone=row.phone,
        username=row.username,
        member=MemberKey(row.team_id, row.member_id) if is_linked else None,
        status=AccountStatus(
            first_signed_in_at=row.first_signed_in_at,
            blocked_at=row.blocked_at,
            password_made_at=row.made_at,
            expires_at=row.expires_at,
            temporary=bool(row.temporary),
            strangers_blocked=_stranger_block(row),
        ),
        wrong_passwords=row.wrong_passwords,
        password_id=row.password_id,
        registered_at=row.registered_at,
        last_signed_in_at=row.last_signed_in_at,
        username_handed_over_at=row.username_handed_over_at,
        removed_at=row.removed_at,
        roles=held,
        stranger_failures=row.stranger_failures,
        stranger_blocks=row.stranger_blocks,
    )


def _stranger_block(row: Row[Any]) -> StrangerBlock | None:
    since, until = row.strangers_blocked_at, row.strangers_blocked_until
    return None if since is None or until is None else StrangerBlock(since, until)


def _roles_of_each(tx: Connection, user_ids: Iterable[int]) -> dict[int, tuple[RoleKey, ...]]:
    held: dict[int, tuple[RoleKey, ...]] = dict.fromkeys(user_ids, ())
    found = tx.execute(
        select(user_roles)
        .where(user_roles.c.user_id.in_(held))
        .order_by(user_roles.c.module, user_roles.c.role)
    )
    for row in found:
        held[row.user_id] += (RoleKey(row.module, row.role),)
    return held


def _roles_of(tx: Connection, user_id: int) -> tuple[RoleKey, ...]:
    found = tx.execute(_HELD, {"holder": user_id})
    return tuple(RoleKey(row.module, row.role) for row in found)
