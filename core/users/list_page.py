"""The list of an authority's users: searched, filtered, page by page, or all at once (R57, R78)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, true, tuple_

from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.role_keys import ADMINISTRATOR, RoleKey
from core.schema.passwords import passwords
from core.schema.roles import user_roles
from core.users.principals import Principal, require_administrator
from core.users.rows import queries
from core.users.rows import users as rows
from core.users.rules import User
from core.users.search_keys import search_words, sort_key_of

PAGE_SIZE = 15
# Read in pieces, so that a long list does not stand in memory as rows and values both.
CHUNK_SIZE = 500


class UserFilter(StrEnum):
    """Which users are listed."""

    EVERYBODY = "everybody"
    NEW = "new"
    TEMPORARY = "temporary"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    NO_ROLE = "no_role"
    ADMINISTRATORS = "administrators"


@dataclass(frozen=True, slots=True)
class UserListQuery:
    """What is sought: words, a state or a role; `role` as `MODULE:ROLE`, empty for any."""

    text: str = ""
    filter: UserFilter = UserFilter.EVERYBODY
    role: str = ""


@dataclass(frozen=True, slots=True)
class UserListCursor:
    """Where a page begins: after the user of this place in the list, or ends before them."""

    sort_key: str
    user_id: int
    forward: bool = True


@dataclass(frozen=True, slots=True)
class UserListPage:
    """A page of the list, how many fit in all, and whether there is more on either side."""

    users: tuple[User, ...]
    total: int
    more_before: bool
    more_after: bool


def cursor_at(user: User, *, forward: bool) -> UserListCursor:
    """Return the cursor that begins after the user, or ends before them."""
    return UserListCursor(sort_key_of(user), user.id, forward)


def page_of(
    tx: Connection,
    principal: Principal,
    query: UserListQuery,
    now: datetime,
    cursor: UserListCursor | None = None,
) -> UserListPage:
    """Return a page of the asker's authority; the first one without a cursor.

    Raises:
        NotAdministratorError: the asker administers nothing.
    """
    by = require_administrator(tx, principal)
    fits = _fits(by.authority_id, query, now)
    found = _found(tx, rows.SELECT_USER.where(fits), cursor)
    total = tx.scalar(_counted(fits)) or 0
    page, more = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    if cursor is None:
        return UserListPage(page, total, more_before=False, more_after=more)
    if cursor.forward:
        return UserListPage(page, total, more_before=True, more_after=more)
    return UserListPage(page[::-1], total, more_before=more, more_after=True)


def export(
    tx: Connection, principal: Principal, query: UserListQuery, now: datetime
) -> tuple[User, ...]:
    """Return everybody who fits, on the record.

    Raises:
        NotAdministratorError: the asker administers nothing.
    """
    by = require_administrator(tx, principal)
    found = tuple(_every(tx, rows.SELECT_USER.where(_fits(by.authority_id, query, now))))
    audit_event = audit.event_about(
        Actor.user(by.id),
        Act.USERS_EXPORTED,
        authority_id=by.authority_id,
        number=len(found),
        filter=query.filter,
        role=query.role,
    )
    audit.record(tx, audit_event, now)
    return found


def _found(
    tx: Connection, query: Select[tuple[object, ...]], cursor: UserListCursor | None
) -> tuple[User, ...]:
    """Return a page and one more; backward ones come in backward order."""
    key, number = rows.users.c.sort_key, rows.users.c.id
    if cursor is not None:
        here, there = tuple_(key, number), tuple_(cursor.sort_key, cursor.user_id)
        query = query.where(here > there if cursor.forward else here < there)
    if cursor is None or cursor.forward:
        query = query.order_by(key, number)
    else:
        query = query.order_by(key.desc(), number.desc())
    return rows.read_users(tx, tx.execute(query.limit(PAGE_SIZE + 1)).all())


def _every(tx: Connection, query: Select[tuple[object, ...]]) -> Iterator[User]:
    key, number = rows.users.c.sort_key, rows.users.c.id
    ordered, after = query.order_by(key, number).limit(CHUNK_SIZE), None
    while True:
        piece = ordered if after is None else ordered.where(tuple_(key, number) > after)
        found = rows.read_users(tx, tx.execute(piece).all())
        yield from found
        if len(found) < CHUNK_SIZE:
            return
        after = tuple_(sort_key_of(found[-1]), found[-1].id)


def _counted(fits: ColumnElement[bool]) -> Select[int]:
    joined = rows.users.outerjoin(passwords, passwords.c.id == rows.users.c.password_id)
    return select(func.count()).select_from(joined).where(fits)


def _fits(authority_id: int, query: UserListQuery, now: datetime) -> ColumnElement[bool]:
    return and_(
        rows.users.c.authority_id == authority_id,
        rows.here,
        queries.word_condition(search_words(query.text)),
        _in_state(query.filter, now),
        _holding(query.role),
    )


def _in_state(wanted: UserFilter, now: datetime) -> ColumnElement[bool]:
    """Return the state as a condition: the same as `core.passwords.rules` derives it (D1)."""
    users = rows.users.c
    open_ = users.blocked_at.is_(None)
    expired = passwords.c.expires_at <= now
    nobody_gave = passwords.c.id.is_(None)
    return {
        UserFilter.EVERYBODY: true(),
        UserFilter.NEW: users.first_signed_in_at.is_(None),
        UserFilter.BLOCKED: users.blocked_at.is_not(None),
        UserFilter.EXPIRED: and_(open_, expired),
        UserFilter.TEMPORARY: and_(open_, or_(nobody_gave, and_(passwords.c.temporary, ~expired))),
        UserFilter.NO_ROLE: ~_holds_any(),
        UserFilter.ADMINISTRATORS: _holds(ADMINISTRATOR),
    }[wanted]


def _holding(role: str) -> ColumnElement[bool]:
    return _holds(RoleKey.parse(role)) if role else true()


def _holds(key: RoleKey) -> ColumnElement[bool]:
    return (
        select(user_roles.c.user_id)
        .where(user_roles.c.user_id == rows.users.c.id)
        .where(user_roles.c.module == key.module, user_roles.c.role == key.role)
        .exists()
    )


def _holds_any() -> ColumnElement[bool]:
    return select(user_roles.c.user_id).where(user_roles.c.user_id == rows.users.c.id).exists()
