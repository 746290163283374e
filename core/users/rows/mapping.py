"""Converts `User` values to columns of the database, and rows of the database to `User` values."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, select

from core.members.rules import MemberKey
from core.role_keys import RoleKey
from core.schema.passwords import passwords
from core.schema.roles import user_roles
from core.schema.users import users
from core.store.json_arrays import JsonArray
from core.users.rules import NewUser, RegistrationRequest, User
from core.users.search_keys import search_key_of, sort_key_of
from core.users.status import AccountStatus, StrangerBlock

_HELD = (
    select(JsonArray(user_roles.c.module + ":" + user_roles.c.role))
    .where(user_roles.c.user_id == users.c.id)
    .correlate(users)
    .scalar_subquery()
    .label("held")
)

# One statement reads users with their password's dates and their roles. Built once, because
# building a statement costs more than running it.
SELECT_USER = select(
    users, passwords.c.made_at, passwords.c.expires_at, passwords.c.temporary, _HELD
).outerjoin(passwords, passwords.c.id == users.c.password_id)


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


def columns_of_new(request: RegistrationRequest, now: datetime) -> dict[str, object]:
    """Return the columns of a new user."""
    return {
        **columns_of(request.new_user),
        "authority_id": request.authority_id,
        "ever_linked": request.new_user.member is not None,
        "registration_key": request.key,
        "registered_at": now,
        "registered_by": request.actor.user_id,
        "wrong_passwords": 0,
    }


def new_user_as_stored(user_id: int, request: RegistrationRequest, now: datetime) -> User:
    """Return the user who was just registered under this id; they have no password yet."""
    new_user = request.new_user
    return User(
        id=user_id,
        authority_id=request.authority_id,
        first_name=new_user.first_name,
        last_name=new_user.last_name,
        language=new_user.language,
        email=new_user.email.text,
        phone=new_user.phone,
        username=new_user.username,
        member=new_user.member,
        status=AccountStatus(None, None, None, None, temporary=False),
        wrong_passwords=0,
        password_id=None,
        registered_at=now.astimezone(UTC),
        last_signed_in_at=None,
        username_handed_over_at=None,
        removed_at=None,
        roles=tuple(sorted(new_user.roles)),
    )


def read_user(row: Row[Any]) -> User:
    """Return the user in a row of `SELECT_USER`."""
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
        roles=tuple(sorted(RoleKey.parse(text) for text in row.held or ())),
        stranger_failures=row.stranger_failures,
        stranger_blocks=row.stranger_blocks,
    )


def read_users(rows: Iterable[Row[Any]]) -> tuple[User, ...]:
    """Return the users in rows of `SELECT_USER`."""
    return tuple(map(read_user, rows))


def _stranger_block(row: Row[Any]) -> StrangerBlock | None:
    since, until = row.strangers_blocked_at, row.strangers_blocked_until
    return None if since is None or until is None else StrangerBlock(since, until)
