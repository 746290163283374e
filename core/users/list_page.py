"""Lists an authority's users with search, filters and pages, and exports the list (R57, R78)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select, true

from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.role_keys import ADMINISTRATOR, RoleKey
from core.schema.passwords import passwords
from core.schema.roles import user_roles
from core.schema.users import not_removed
from core.schema.users import users as users_table
from core.users.list_order import UserListCursor, UserOrder, in_order, position_of
from core.users.principals import Principal, require_administrator
from core.users.rows import queries, roles, word_search
from core.users.rows.mapping import SELECT_USER, read_users
from core.users.rules import User
from core.users.search_keys import search_words
from core.users.status import PasswordState

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
    USERNAME_UNKNOWN = "untold"


@dataclass(frozen=True, slots=True)
class UserListQuery:
    """The search: words, a state and a role, and the order of the users found.

    `role` is `MODULE:ROLE`, or empty for any.
    """

    text: str = ""
    filter: UserFilter = UserFilter.EVERYBODY
    role: str = ""
    order: UserOrder = UserOrder.NAME


@dataclass(frozen=True, slots=True)
class UserListPage:
    """A page of the list, the number of all matches, and whether there are more on either side."""

    users: tuple[User, ...]
    total: int
    more_before: bool
    more_after: bool


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
    listed = in_order(SELECT_USER.where(matches), query.order, now, cursor)
    found = read_users(tx.execute(listed.limit(PAGE_SIZE + 1)).all())
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
    matches = _matches(by.authority_id, query, now)
    found = tuple(_in_chunks(tx, matches, query.order, now))
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


def _in_chunks(
    tx: Connection, matches: ColumnElement[bool], order: UserOrder, now: datetime
) -> Iterator[User]:
    cursor: UserListCursor | None = None
    while True:
        chunk = in_order(SELECT_USER.where(matches), order, now, cursor).limit(CHUNK_SIZE)
        found = read_users(tx.execute(chunk).all())
        yield from found
        if len(found) < CHUNK_SIZE:
            return
        cursor = UserListCursor(position_of(found[-1], order, now))


def _count(matches: ColumnElement[bool]) -> Select[int]:
    joined = users_table.outerjoin(passwords, passwords.c.id == users_table.c.password_id)
    return select(func.count()).select_from(joined).where(matches)


def _matches(authority_id: int, query: UserListQuery, now: datetime) -> ColumnElement[bool]:
    return and_(
        users_table.c.authority_id == authority_id,
        not_removed,
        word_search.word_condition(search_words(query.text)),
        _in_state(query.filter, now),
        _holding(query.role),
    )


def _in_state(wanted: UserFilter, now: datetime) -> ColumnElement[bool]:
    return {
        UserFilter.EVERYBODY: true(),
        UserFilter.NEW: users_table.c.first_signed_in_at.is_(None),
        UserFilter.BLOCKED: queries.in_password_state(PasswordState.BLOCKED, now),
        UserFilter.EXPIRED: queries.in_password_state(PasswordState.EXPIRED, now),
        UserFilter.TEMPORARY: queries.in_password_state(PasswordState.TEMPORARY, now),
        UserFilter.NO_ROLE: ~_holds_any(),
        UserFilter.ADMINISTRATORS: roles.holds(users_table.c.id, ADMINISTRATOR),
        UserFilter.USERNAME_UNKNOWN: queries.username_is_unknown(),
    }[wanted]


def _holding(role: str) -> ColumnElement[bool]:
    return roles.holds(users_table.c.id, RoleKey.parse(role)) if role else true()


def _holds_any() -> ColumnElement[bool]:
    return select(user_roles.c.user_id).where(user_roles.c.user_id == users_table.c.id).exists()
