"""Users in the database: all their SQL, and nothing but."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    bindparam,
    insert,
    select,
    update,
)

from core.catalogue.rules import ADMINISTRATOR, RoleKey
from core.members.rules import MemberKey
from core.passwords.rows import passwords
from core.passwords.rules import Standing
from core.roles import rows as roles
from core.store.columns import Instant, metadata
from core.users.rules import Admission, User

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("authority_id", ForeignKey("authorities.id"), nullable=False, index=True),
    Column("first_name", String(80), nullable=False),
    Column("last_name", String(80), nullable=False),
    Column("language", String(2), nullable=False),
    Column("email", String(320), nullable=False),
    Column("email_key", String(320), nullable=False),
    Column("phone", String(20)),
    # Lower-case ASCII, so that it is its own key (D8).
    Column("username", String(64), nullable=False, unique=True),
    Column("team_id", String(20)),
    Column("member_id", String(20)),
    Column("registration_key", String(80), unique=True),
    Column("registered_at", Instant, nullable=False),
    Column("registered_by", Integer),
    Column("first_signed_in_at", Instant),
    Column("last_signed_in_at", Instant),
    Column("wrong_passwords", Integer, nullable=False),
    Column("blocked_at", Instant),
    Column("password_id", Integer),
    Column("username_told_at", Instant),
    Column("removed_at", Instant),
    # A number is never used again: the audit trail names things by it.
    sqlite_autoincrement=True,
)

_here = users.c.removed_at.is_(None)
for _name, _columns in (
    ("uq_users_email_key", [users.c.email_key]),
    ("uq_users_member", [users.c.team_id, users.c.member_id]),
):
    Index(_name, *_columns, unique=True, sqlite_where=_here, postgresql_where=_here)


# Built once: building a statement costs more than running it.
_WHOLE = select(
    users, passwords.c.made_at, passwords.c.expires_at, passwords.c.temporary
).outerjoin(passwords, passwords.c.id == users.c.password_id)
_SOUGHT: BindParameter[Any] = bindparam("sought")
_BY_ID = _WHOLE.where(users.c.id == _SOUGHT)
_BY_MEMBER = _WHOLE.where(users.c.member_id == _SOUGHT, users.c.team_id == bindparam("team"), _here)
_BY_USERNAME = _WHOLE.where(users.c.username == _SOUGHT, _here)
_BY_EMAIL = _WHOLE.where(users.c.email_key == _SOUGHT, _here)
_BY_REGISTRATION = _WHOLE.where(users.c.registration_key == _SOUGHT)
_NAMED = select(users.c.id).where(users.c.username == _SOUGHT)
_ADD = insert(users).returning(users.c.id)


def add(tx: Connection, admission: Admission, now: datetime) -> int:
    """Write the user and their roles; return the id.

    Raises:
        sqlalchemy.exc.IntegrityError: username, address, member or key is taken.
    """
    wish, member = admission.wish, admission.wish.member
    values = {
        "authority_id": admission.authority_id,
        "first_name": wish.first_name,
        "last_name": wish.last_name,
        "language": wish.language,
        "email": wish.email.text,
        "email_key": wish.email.key,
        "phone": wish.phone,
        "username": wish.username,
        "team_id": None if member is None else member.team_id,
        "member_id": None if member is None else member.member_id,
        "registration_key": admission.key,
        "registered_at": now,
        "registered_by": admission.actor.user_id,
        "wrong_passwords": 0,
    }
    user_id: int = tx.execute(_ADD, values).scalar_one()
    roles.give(tx, user_id, wish.roles)
    return user_id


def find(tx: Connection, user_id: int) -> User | None:
    """Return the user, removed or not, or None."""
    return _one(tx, _BY_ID, user_id)


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


def newest_of(tx: Connection, authority_id: int, most: int) -> tuple[User, ...]:
    """Return the authority's users, the newest first."""
    found = tx.execute(
        _WHOLE.where(users.c.authority_id == authority_id, _here)
        .order_by(users.c.id.desc())
        .limit(most)
    )
    rows = found.all()
    held = roles.held_by_each(tx, [row.id for row in rows])
    return tuple(_user(row, held[row.id]) for row in rows)


def count_administrators(tx: Connection, authority_id: int) -> int:
    """Return how many users administer the authority (R39)."""
    held = roles.user_roles
    return len(
        tx.execute(
            select(users.c.id)
            .join(held, held.c.user_id == users.c.id)
            .where(users.c.authority_id == authority_id, _here)
            .where(held.c.module == ADMINISTRATOR.module, held.c.role == ADMINISTRATOR.role)
        ).all()
    )


def link(tx: Connection, user_id: int, member: MemberKey) -> None:
    """Link the user to a Slack member."""
    _set(tx, user_id, team_id=member.team_id, member_id=member.member_id)


def tell_username(tx: Connection, user_id: int, now: datetime) -> None:
    """Write that the user knows their username."""
    _set(tx, user_id, username_told_at=now)


def lock(tx: Connection, user_id: int) -> User | None:
    """Return the user, and keep others from changing them until the transaction ends."""
    tx.execute(select(users.c.id).where(users.c.id == user_id).with_for_update())
    return find(tx, user_id)


def count_wrong(tx: Connection, user_id: int, wrong: int, blocked_at: datetime | None) -> None:
    """Write how many passwords in a row were wrong, and since when that blocks (D3)."""
    _set(tx, user_id, wrong_passwords=wrong, blocked_at=blocked_at)


def use_password(tx: Connection, user_id: int, password_id: int) -> None:
    """Make this the user's password; it unblocks (D3)."""
    _set(tx, user_id, password_id=password_id, wrong_passwords=0, blocked_at=None)


def mark_signed_in(tx: Connection, user: User, now: datetime) -> None:
    """Write the sign-in; the first one makes the account active (R76)."""
    first = user.standing.first_signed_in_at or now
    _set(tx, user.id, first_signed_in_at=first, last_signed_in_at=now, wrong_passwords=0)


def _set(tx: Connection, user_id: int, **values: object) -> None:
    tx.execute(update(users).where(users.c.id == user_id).values(**values))


def _one(tx: Connection, query: Select[Any], sought: object, **more: object) -> User | None:
    row = tx.execute(query, {"sought": sought, **more}).one_or_none()
    return None if row is None else _user(row, roles.held_by(tx, row.id))


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
        standing=_standing(row),
        wrong_passwords=row.wrong_passwords,
        password_id=row.password_id,
        registered_at=row.registered_at,
        last_signed_in_at=row.last_signed_in_at,
        username_told_at=row.username_told_at,
        removed_at=row.removed_at,
        roles=held,
    )


def _standing(row: Row[Any]) -> Standing:
    return Standing(
        first_signed_in_at=row.first_signed_in_at,
        blocked_at=row.blocked_at,
        password_made_at=row.made_at,
        expires_at=row.expires_at,
        temporary=bool(row.temporary),
    )
