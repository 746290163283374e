"""Converts `User` values to columns of the database, and rows of the database to `User` values."""

from collections.abc import Iterable, Mapping
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
from core.users.status import AccountStatus, UnknownBrowserBlock

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
_NAMES = tuple(SELECT_USER.selected_columns.keys())


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
        "search_key": search_key_of(new_user, new_user.username, new_user.email.text),
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
    """Return the user in a row of `SELECT_USER`, which may have more columns after its own."""
    # A dictionary gives its values far faster than the row does by name.
    stored = dict(zip(_NAMES, row, strict=False))
    is_linked = stored["member_id"] is not None
    return User(
        id=stored["id"],
        authority_id=stored["authority_id"],
        first_name=stored["first_name"],
        last_name=stored["last_name"],
        language=stored["language"],
        email=stored["email"],
        phone=stored["phone"],
        username=stored["username"],
        member=MemberKey(stored["team_id"], stored["member_id"]) if is_linked else None,
        status=AccountStatus(
            first_signed_in_at=stored["first_signed_in_at"],
            blocked_at=stored["blocked_at"],
            password_made_at=stored["made_at"],
            expires_at=stored["expires_at"],
            temporary=bool(stored["temporary"]),
            unknown_browser_block=_unknown_browser_block(stored),
        ),
        wrong_passwords=stored["wrong_passwords"],
        password_id=stored["password_id"],
        registered_at=stored["registered_at"],
        last_signed_in_at=stored["last_signed_in_at"],
        username_handed_over_at=stored["username_handed_over_at"],
        removed_at=stored["removed_at"],
        roles=tuple(sorted(RoleKey.parse(text) for text in stored["held"] or ())),
        unknown_browser_failures=stored["stranger_failures"],
        unknown_browser_blocks=stored["stranger_blocks"],
    )


def read_users(rows: Iterable[Row[Any]]) -> tuple[User, ...]:
    """Return the users in rows of `SELECT_USER`."""
    return tuple(map(read_user, rows))


def _unknown_browser_block(stored: Mapping[str, Any]) -> UnknownBrowserBlock | None:
    since, until = stored["strangers_blocked_at"], stored["strangers_blocked_until"]
    return None if since is None or until is None else UnknownBrowserBlock(since, until)
