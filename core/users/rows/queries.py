"""The SQL that selects several users, mostly of one authority, by state, role or words."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, Connection, and_, bindparam, or_, select, true

from core.role_keys import ADMINISTRATOR, RoleKey
from core.schema.authorities import authorities
from core.schema.passwords import passwords
from core.schema.roles import user_roles
from core.schema.users import awaiting_purge, not_removed
from core.schema.users import users as users_table
from core.users.rows.acting import can_act, has_left_slack
from core.users.rows.mapping import SELECT_USER, read_user, read_users
from core.users.rows.word_search import word_condition
from core.users.rules import User
from core.users.status import PasswordState

# As many as a modal shows.
MAX_REMOVED = 40


@dataclass(frozen=True, slots=True)
class ReachableUser:
    """A user who has not left Slack, and whether they can act there (D12)."""

    user: User
    can_act: bool


def administrators_of(tx: Connection, authority_id: int) -> tuple[User, ...]:
    """Return the authority's administrators, in the order of the list (R9)."""
    return holders_of(tx, authority_id, ADMINISTRATOR)


def first_administrator_languages(tx: Connection, authority_ids: Collection[int]) -> dict[int, str]:
    """Return the language of each authority's first administrator in the order of the list (R9)."""
    if not authority_ids:
        return {}
    held, users = user_roles.c, users_table.c
    found = tx.execute(
        select(users.authority_id, users.language)
        .join(user_roles, held.user_id == users.id)
        .where(users.authority_id.in_(sorted(authority_ids)), not_removed)
        .where(held.module == ADMINISTRATOR.module, held.role == ADMINISTRATOR.role)
        .order_by(users.sort_key.desc(), users.id.desc())
    )
    # The last one of each authority stays, which is its first in the order of the list.
    return {row.authority_id: row.language for row in found}


def acting_administrators_of(tx: Connection, authority_id: int) -> tuple[User, ...]:
    """Return the administrators who can act: linked to an active full member (D12)."""
    return _holders(tx, authority_id, ADMINISTRATOR, can_act)


def acting_administrators_in_domain(tx: Connection, domain: str, most: int) -> tuple[User, ...]:
    """Return up to `most` administrators who can act and whose e-mail addresses are in the domain.

    `domain` is in lower case.
    """
    held = user_roles
    query = (
        SELECT_USER.join(held, held.c.user_id == users_table.c.id)
        .where(held.c.module == ADMINISTRATOR.module, held.c.role == ADMINISTRATOR.role)
        .where(not_removed, can_act)
        .where(users_table.c.email_key.endswith(f"@{domain}", autoescape=True))
        .order_by(users_table.c.sort_key, users_table.c.id)
        .limit(most)
    )
    return read_users(tx.execute(query))


def reachable_administrators_of(tx: Connection, authority_id: int) -> tuple[User, ...]:
    """Return the administrators who have not left Slack; one who never was there is reachable."""
    return _holders(tx, authority_id, ADMINISTRATOR, ~has_left_slack)


def reachable_administrators_in(
    tx: Connection, authority_ids: Collection[int]
) -> tuple[ReachableUser, ...]:
    """Return the administrators of these authorities who have not left Slack, in list order."""
    held = user_roles
    found = tx.execute(
        SELECT_USER.add_columns(can_act.label("can_act"))
        .join(held, held.c.user_id == users_table.c.id)
        .where(users_table.c.authority_id.in_(authority_ids), not_removed, ~has_left_slack)
        .where(held.c.module == ADMINISTRATOR.module, held.c.role == ADMINISTRATOR.role)
        .order_by(users_table.c.sort_key, users_table.c.id)
    )
    return tuple(ReachableUser(read_user(row), bool(row.can_act)) for row in found)


def authorities_without_acting_administrator(
    tx: Connection, manager_id: int | None = None
) -> tuple[int, ...]:
    """Return the ids of authorities for which nobody can act: those of a manager, or all."""
    query = _WITHOUT_ACTING if manager_id is None else _WITHOUT_ACTING_OF
    return tuple(tx.scalars(query, {"manager": manager_id}))


# Built once, because building a statement costs more than running it.
_WITHOUT_ACTING = (
    select(authorities.c.id)
    .where(
        authorities.c.removed_at.is_(None),
        ~select(users_table.c.id)
        .join(user_roles, user_roles.c.user_id == users_table.c.id)
        .where(users_table.c.authority_id == authorities.c.id, not_removed, can_act)
        .where(user_roles.c.module == ADMINISTRATOR.module, user_roles.c.role == ADMINISTRATOR.role)
        .exists(),
    )
    .order_by(authorities.c.id)
)
_WITHOUT_ACTING_OF = _WITHOUT_ACTING.where(authorities.c.manager_id == bindparam("manager"))


def holders_of(tx: Connection, authority_id: int, role: RoleKey) -> tuple[User, ...]:
    """Return the authority's users who hold the role, in the order of the list."""
    return _holders(tx, authority_id, role, true())


def matching_holders(
    tx: Connection, authority_id: int, role: RoleKey, words: tuple[tuple[str, ...], ...]
) -> tuple[User, ...]:
    """Return the authority's users who hold the role and match every word, in list order."""
    return _holders(tx, authority_id, role, word_condition(words))


def all_of(tx: Connection, authority_id: int) -> tuple[User, ...]:
    """Return every user of the authority who is not removed, in the order of the list."""
    query = SELECT_USER.where(users_table.c.authority_id == authority_id, not_removed)
    found = tx.execute(query.order_by(users_table.c.sort_key, users_table.c.id))
    return read_users(found)


def acting_ids(tx: Connection) -> frozenset[int]:
    """Return the ids of the users who are linked to an active full member (D12)."""
    return frozenset(tx.scalars(select(users_table.c.id).where(not_removed, can_act)))


def removed_since(tx: Connection, authority_id: int, since: datetime) -> tuple[User, ...]:
    """Return the authority's users who were removed after `since`, the last one first (D14)."""
    removed_at = users_table.c.removed_at
    found = tx.execute(
        SELECT_USER.where(users_table.c.authority_id == authority_id, removed_at > since)
        .order_by(removed_at.desc(), users_table.c.id)
        .limit(MAX_REMOVED)
    )
    return read_users(found)


def removed_users(tx: Connection, authority_id: int | None = None) -> tuple[User, ...]:
    """Return the removed users who are not erased yet, of the authority or of all."""
    chosen = true() if authority_id is None else users_table.c.authority_id == authority_id
    return read_users(
        tx.execute(SELECT_USER.where(chosen, awaiting_purge).order_by(users_table.c.id)).all()
    )


def is_blocked(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Return the condition that the password or every unknown browser is blocked (D3).

    It is the same as `core.users.status.shown_password_state` derives.
    """
    users = users_table.c
    since, until = users.strangers_blocked_at, users.strangers_blocked_until
    # Without a block the comparisons give NULL; the condition must be false, so that `~` works.
    for_unknown_browsers = and_(until.is_not(None), since <= now, until > now)
    return or_(users.blocked_at.is_not(None), for_unknown_browsers)


def in_password_state(state: PasswordState, now: datetime) -> ColumnElement[bool]:
    """Return the condition of a state, as `core.users.status.shown_password_state` derives it (D1).

    The query joins the users' passwords.
    """
    blocked, expired = is_blocked(now), passwords.c.expires_at <= now
    no_password_yet = passwords.c.id.is_(None)
    return {
        PasswordState.BLOCKED: blocked,
        PasswordState.EXPIRED: and_(~blocked, expired),
        PasswordState.TEMPORARY: and_(
            ~blocked, or_(no_password_yet, and_(passwords.c.temporary, ~expired))
        ),
        PasswordState.VALID: and_(~blocked, ~passwords.c.temporary, ~expired),
    }[state]


def is_locked_out(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Return the condition that the password is blocked or has expired (D1, D3)."""
    return or_(is_blocked(now), passwords.c.expires_at <= now)


def is_unused(since: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Return the condition that a user registered by then has never signed in (R77)."""
    users = users_table.c
    return and_(users.first_signed_in_at.is_(None), users.registered_at <= since)


def username_is_unknown() -> ColumnElement[bool]:
    """Return the condition that an administrator has to tell the user the username (R54, D10).

    Nobody has told them, they have not signed in with it, and no Slack message can tell them.
    """
    users = users_table.c
    return and_(users.username_handed_over_at.is_(None), users.member_id.is_(None))


def _holders(
    tx: Connection, authority_id: int, role: RoleKey, condition: ColumnElement[bool]
) -> tuple[User, ...]:
    held = user_roles
    found = tx.execute(
        SELECT_USER.join(held, held.c.user_id == users_table.c.id)
        .where(users_table.c.authority_id == authority_id, not_removed, condition)
        .where(held.c.module == role.module, held.c.role == role.role)
        .order_by(users_table.c.sort_key, users_table.c.id)
    )
    return read_users(found)
