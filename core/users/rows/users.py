"""Users in the database: all their SQL, and nothing but."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    Select,
    bindparam,
    insert,
    select,
    update,
)

from core.errors import NotFoundError
from core.members.rules import MemberKey
from core.role_keys import RoleKey
from core.schema.passwords import passwords
from core.schema.users import here as here
from core.schema.users import users as users
from core.users.rows import roles
from core.users.rules import NewUser, RegistrationRequest, User
from core.users.search_keys import search_key_of, sort_key_of
from core.users.status import AccountStatus

# Built once: building a statement costs more than running it.
SELECT_USER = select(
    users, passwords.c.made_at, passwords.c.expires_at, passwords.c.temporary
).outerjoin(passwords, passwords.c.id == users.c.password_id)
_SOUGHT: BindParameter[Any] = bindparam("sought")
_BY_ID = SELECT_USER.where(users.c.id == _SOUGHT)
_BY_MEMBER = SELECT_USER.where(
    users.c.member_id == _SOUGHT, users.c.team_id == bindparam("team"), here
)
_BY_USERNAME = SELECT_USER.where(users.c.username == _SOUGHT, here)
_BY_EMAIL = SELECT_USER.where(users.c.email_key == _SOUGHT, here)
_BY_REGISTRATION = SELECT_USER.where(users.c.registration_key == _SOUGHT)
_NAMED = select(users.c.id).where(users.c.username == _SOUGHT)
_ADD = insert(users).returning(users.c.id)


def add(tx: Connection, request: RegistrationRequest, now: datetime) -> User:
    """Write the new user with their roles, and return them as stored.

    Raises:
        sqlalchemy.exc.IntegrityError: username, address, member or key is taken.
    """
    new_user = request.new_user
    values = {
        **columns_of(new_user),
        "authority_id": request.authority_id,
        "once_linked": new_user.member is not None,
        "registration_key": request.key,
        "registered_at": now,
        "registered_by": request.actor.user_id,
        "wrong_passwords": 0,
    }
    user_id: int = tx.execute(_ADD, values).scalar_one()
    roles.grant(tx, user_id, new_user.roles)
    return require(tx, user_id)


def write_details(tx: Connection, user: User, details: NewUser) -> None:
    """Write changed details; whoever gets another username does not know it yet.

    Raises:
        sqlalchemy.exc.IntegrityError: username, address or Slack member is taken.
    """
    values = columns_of(details)
    if details.member is not None:
        values["once_linked"] = True
    if details.username != user.username:
        values["username_told_at"] = None
    _set(tx, user.id, **values)


def columns_of(details: NewUser) -> dict[str, object]:
    """Return the columns that hold a user's details, with the keys by which the user is found."""
    member = details.member
    return {
        "first_name": details.first_name,
        "last_name": details.last_name,
        "language": details.language,
        "email": details.email.text,
        "email_key": details.email.key,
        "phone": details.phone,
        "username": details.username,
        "team_id": None if member is None else member.team_id,
        "member_id": None if member is None else member.member_id,
        "search_key": search_key_of(details, details.email.text),
        "sort_key": sort_key_of(details),
    }


def find(tx: Connection, user_id: int) -> User | None:
    """Return the user, removed or not, or None."""
    return _one(tx, _BY_ID, user_id)


def require(tx: Connection, user_id: int) -> User:
    """Return the user, removed or not.

    Raises:
        NotFoundError: there is none with this id.
    """
    user = find(tx, user_id)
    if user is None:
        raise NotFoundError("No such user.")
    return user


def find_by_member(tx: Connection, member: MemberKey) -> User | None:
    """Return the user that the Slack member is linked to, or None."""
    return _one(tx, _BY_MEMBER, member.member_id, team=member.team_id)


def find_by_username(tx: Connection, username: str) -> User | None:
    """Return the user who signs in with this lower-case username, or None."""
    return _one(tx, _BY_USERNAME, username)


def find_by_email(tx: Connection, email_key: str) -> User | None:
    """Return the user who is not removed and has this address, or None."""
    return _one(tx, _BY_EMAIL, email_key)


def find_by_registration(tx: Connection, key: str) -> User | None:
    """Return the user that the submission `key` made, or None."""
    return _one(tx, _BY_REGISTRATION, key)


def is_username_taken(tx: Connection, username: str) -> bool:
    """Say whether any user has the username, removed ones too (D8)."""
    return tx.execute(_NAMED, {"sought": username}).first() is not None


def read_users(tx: Connection, found: Sequence[Row[Any]]) -> tuple[User, ...]:
    """Return the users of these rows, with their roles by one query."""
    held = roles.roles_of_each(tx, [row.id for row in found])
    return tuple(_user(row, held[row.id]) for row in found)


def require_in_authority(tx: Connection, user_id: int, authority_id: int) -> User:
    """Return the user of this authority, who is not removed.

    Raises:
        NotFoundError: there is none.
    """
    user = find(tx, user_id)
    if user is None or user.authority_id != authority_id or user.removed_at is not None:
        raise NotFoundError("No such user.")
    return user


def link(tx: Connection, user_id: int, member: MemberKey) -> None:
    """Link the user to a Slack member."""
    _set(tx, user_id, team_id=member.team_id, member_id=member.member_id, once_linked=True)


def was_linked(tx: Connection, user_id: int) -> bool:
    """Say whether the user is or ever was linked to a Slack member."""
    return bool(tx.scalar(select(users.c.once_linked).where(users.c.id == user_id)))


def mark_username_known(tx: Connection, user_id: int, now: datetime) -> None:
    """Write that the user knows their username."""
    _set(tx, user_id, username_told_at=now)


def lock(tx: Connection, user_id: int) -> User | None:
    """Return the user, and keep others from changing them until the transaction ends."""
    tx.execute(select(users.c.id).where(users.c.id == user_id).with_for_update())
    return find(tx, user_id)


def lock_all(tx: Connection, user_ids: Sequence[int]) -> tuple[User, ...]:
    """Return those of the users who exist, and keep others from changing them; see `lock`.

    They are locked in the order of their numbers, so that two who do this do not wait for each
    other.
    """
    ids = sorted(user_ids)
    tx.execute(select(users.c.id).where(users.c.id.in_(ids)).order_by(users.c.id).with_for_update())
    return find_all(tx, ids)


def find_all(tx: Connection, user_ids: Collection[int]) -> tuple[User, ...]:
    """Return those of the users who exist, removed or not."""
    return read_users(tx, tx.execute(SELECT_USER.where(users.c.id.in_(list(user_ids)))).all())


def write_failures(tx: Connection, user_id: int, wrong: int, blocked_at: datetime | None) -> None:
    """Write how many passwords in a row were wrong, and since when that blocks (D3)."""
    _set(tx, user_id, wrong_passwords=wrong, blocked_at=blocked_at)


def set_password(tx: Connection, user_id: int, password_id: int) -> None:
    """Make this the user's password; it unblocks (D3)."""
    _set(tx, user_id, password_id=password_id, wrong_passwords=0, blocked_at=None)


def void_password(tx: Connection, user_id: int) -> None:
    """Leave the user without a password until a temporary one is made; it unblocks (D3, D11)."""
    _set(tx, user_id, password_id=None, wrong_passwords=0, blocked_at=None)


def remove(tx: Connection, user_id: int, by_user_id: int | None, now: datetime) -> None:
    """Write that the user is removed; their roles stay written, for a restore, but hold nothing."""
    _set(tx, user_id, removed_at=now, removed_by=by_user_id)


def restore(tx: Connection, user_id: int) -> None:
    """Write that the user is back.

    Raises:
        sqlalchemy.exc.IntegrityError: address or Slack member belongs to somebody else by now.
    """
    _set(tx, user_id, removed_at=None, removed_by=None)


def mark_signed_in(tx: Connection, user: User, now: datetime) -> None:
    """Write the sign-in; the first one makes the account active (R76)."""
    first = user.status.first_signed_in_at or now
    _set(tx, user.id, first_signed_in_at=first, last_signed_in_at=now, wrong_passwords=0)


def _set(tx: Connection, user_id: int, **values: object) -> None:
    tx.execute(update(users).where(users.c.id == user_id).values(**values))


def _one(tx: Connection, query: Select[Any], sought: object, **more: object) -> User | None:
    row = tx.execute(query, {"sought": sought, **more}).one_or_none()
    return None if row is None else _user(row, roles.roles_of(tx, row.id))


def _user(row: Row[Any], held: tuple[RoleKey, ...]) -> User:
    linked = row.member_id is not None
    return User(
        id=row.id,
        authority_id=row.authority_id,
        first_name=row.first_name,
        last_name=row.last_name,
        language=row.language,
        email=row.email,
        phone=row.phone,
        username=row.username,
        member=MemberKey(row.team_id, row.member_id) if linked else None,
        status=_standing(row),
        wrong_passwords=row.wrong_passwords,
        password_id=row.password_id,
        registered_at=row.registered_at,
        last_signed_in_at=row.last_signed_in_at,
        username_told_at=row.username_told_at,
        removed_at=row.removed_at,
        roles=held,
    )


def _standing(row: Row[Any]) -> AccountStatus:
    return AccountStatus(
        first_signed_in_at=row.first_signed_in_at,
        blocked_at=row.blocked_at,
        password_made_at=row.made_at,
        expires_at=row.expires_at,
        temporary=bool(row.temporary),
    )
