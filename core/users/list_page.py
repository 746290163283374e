"""Lists an authority's users with search, filters and pages, and exports the list (R57, R78)."""

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
from core.users.rows.mapping import SELECT_USER, read_users
from core.users.rules import User
from core.users.search_keys import search_words, sort_key_of

PAGE_SIZE = 15
# An export reads this many users at a time, so that a long list is not held in memory twice.
CHUNK_SIZE = 500


class UserFilter(StrEnum):
    """The users that the list shows."""

    EVERYBODY = "everybody"
    NEW = "new"
    TEMPORARY = "temporary"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    NO_ROLE = "no_role"
    ADMINISTRATORS = "administrators"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class UserListQuery:
    """The search: words, a state and a role; `role` is `MODULE:ROLE`, or empty for any."""

    text: str = ""
    filter: UserFilter = UserFilter.EVERYBODY
    role: str = ""


@dataclass(frozen=True, slots=True)
class UserListCursor:
    """The user after whom a page begins, or before whom it ends if `forward` is false."""

    sort_key: str
    user_id: int
    forward: bool = True


@dataclass(frozen=True, slots=True)
class UserListPage:
    """A page of the list, the number of all matches, and whether there are more on either side."""

    users: tuple[User, ...]
    total: int
    more_before: bool
    more_after: bool


def cursor_at(user: User, *, forward: bool) -> UserListCursor:
    """Return the cursor of the page that begins after the user, or ends before them."""
    return UserListCursor(sort_key_of(user), user.id, forward)


def page_of(
    tx: Connection,
    principal: Principal,
    query: UserListQuery,
    now: datetime,
    cursor: UserListCursor | None = None,
) -> UserListPage:
    """Return a page of the users of the principal's authority; the first one without a cursor.

    Raises:
        NotAdministratorError: the principal is not an administrator.
    """
    by = require_administrator(tx, principal)
    matches = _matches(by.authority_id, query, now)
    found = _page_of_users(tx, SELECT_USER.where(matches), cursor)
    total = tx.scalar(_count(matches)) or 0
    page, more = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    if cursor is None:
        return UserListPage(page, total, more_before=False, more_after=more)
    if cursor.forward:
        return UserListPage(page, total, more_before=True, more_after=more)
    return UserListPage(page[::-1], total, more_before=more, more_after=True)


def export(
    tx: Connection, principal: Principal, query: UserListQuery, now: datetime
) -> tuple[User, ...]:
    """Return all users who match, and record the export in the audit trail.

    Raises:
        NotAdministratorError: the principal is not an administrator.
    """
    by = require_administrator(tx, principal)
    found = tuple(_in_chunks(tx, SELECT_USER.where(_matches(by.authority_id, query, now))))
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


def _page_of_users(
    tx: Connection, query: Select[tuple[object, ...]], cursor: UserListCursor | None
) -> tuple[User, ...]:
    """Return the users of a page and one more; those of a page backward in reverse order."""
    key, number = rows.users.c.sort_key, rows.users.c.id
    if cursor is not None:
        position, edge = tuple_(key, number), tuple_(cursor.sort_key, cursor.user_id)
        query = query.where(position > edge if cursor.forward else position < edge)
    if cursor is None or cursor.forward:
        query = query.order_by(key, number)
    else:
        query = query.order_by(key.desc(), number.desc())
    return read_users(tx.execute(query.limit(PAGE_SIZE + 1)).all())


def _in_chunks(tx: Connection, query: Select[tuple[object, ...]]) -> Iterator[User]:
    key, number = rows.users.c.sort_key, rows.users.c.id
    ordered, after = query.order_by(key, number).limit(CHUNK_SIZE), None
    while True:
        chunk = ordered if after is None else ordered.where(tuple_(key, number) > after)
        found = read_users(tx.execute(chunk).all())
        yield from found
        if len(found) < CHUNK_SIZE:
            return
        after = tuple_(sort_key_of(found[-1]), found[-1].id)


def _count(matches: ColumnElement[bool]) -> Select[int]:
    joined = rows.users.outerjoin(passwords, passwords.c.id == rows.users.c.password_id)
    return select(func.count()).select_from(joined).where(matches)


def _matches(authority_id: int, query: UserListQuery, now: datetime) -> ColumnElement[bool]:
    return and_(
        rows.users.c.authority_id == authority_id,
        rows.not_removed,
        queries.word_condition(search_words(query.text)),
        _in_state(query.filter, now),
        _holding(query.role),
    )


def _in_state(wanted: UserFilter, now: datetime) -> ColumnElement[bool]:
    """Return the condition of a state, the same as `core.users.status` derives it (D1)."""
    users, blocked = rows.users.c, queries.is_blocked(now)
    expired = passwords.c.expires_at <= now
    no_password_yet = passwords.c.id.is_(None)
    temporary = or_(no_password_yet, and_(passwords.c.temporary, ~expired))
    return {
        UserFilter.EVERYBODY: true(),
        UserFilter.NEW: users.first_signed_in_at.is_(None),
        UserFilter.BLOCKED: blocked,
        UserFilter.EXPIRED: and_(~blocked, expired),
        UserFilter.TEMPORARY: and_(~blocked, temporary),
        UserFilter.NO_ROLE: ~_holds_any(),
        UserFilter.ADMINISTRATORS: _holds(ADMINISTRATOR),
        UserFilter.UNTOLD: queries.must_be_told(),
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
