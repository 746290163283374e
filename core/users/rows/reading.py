"""The query that reads whole users, and making `User` values of its rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from core.members.rules import MemberKey
from core.role_keys import RoleKey
from core.schema.passwords import passwords
from core.schema.users import users
from core.users.rows import roles
from core.users.rules import User
from core.users.status import AccountStatus

# Built once, because building a statement costs more than running it.
SELECT_USER = select(
    users, passwords.c.made_at, passwords.c.expires_at, passwords.c.temporary
).outerjoin(passwords, passwords.c.id == users.c.password_id)


def read_user(tx: Connection, row: Row[Any]) -> User:
    """Return the user of the row; their roles are read by one more query."""
    return _user(row, roles.roles_of(tx, row.id))


def read_users(tx: Connection, rows: Sequence[Row[Any]]) -> tuple[User, ...]:
    """Return the users of the rows; the roles of all are read by one more query."""
    roles_of_each = roles.roles_of_each(tx, [row.id for row in rows])
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
        ),
        wrong_passwords=row.wrong_passwords,
        password_id=row.password_id,
        registered_at=row.registered_at,
        last_signed_in_at=row.last_signed_in_at,
        username_handed_over_at=row.username_handed_over_at,
        removed_at=row.removed_at,
        roles=held,
    )
