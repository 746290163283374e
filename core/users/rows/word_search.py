"""The SQL that finds users by the words of a search."""

from sqlalchemy import ColumnElement, Connection, and_, or_, true

from core.role_keys import ADMINISTRATOR
from core.schema.authorities import authorities
from core.schema.roles import user_roles
from core.schema.users import not_removed
from core.schema.users import users as users_table
from core.users.rows.mapping import SELECT_USER, read_users
from core.users.rules import User


def matching(
    tx: Connection, authority_id: int, words: tuple[tuple[str, ...], ...], most: int
) -> tuple[User, ...]:
    """Return the authority's users who match every word, in the order of the list."""
    found = tx.execute(
        SELECT_USER.where(
            users_table.c.authority_id == authority_id, not_removed, word_condition(words)
        )
        .order_by(users_table.c.sort_key, users_table.c.id)
        .limit(most)
    )
    return read_users(found)


def matching_managed_administrators(
    tx: Connection, manager_id: int, words: tuple[tuple[str, ...], ...], most: int
) -> tuple[User, ...]:
    """Return administrators of the authorities that this one manages who match every word."""
    held = user_roles
    found = tx.execute(
        SELECT_USER.join(held, held.c.user_id == users_table.c.id)
        .join(authorities, authorities.c.id == users_table.c.authority_id)
        .where(authorities.c.manager_id == manager_id, authorities.c.removed_at.is_(None))
        .where(held.c.module == ADMINISTRATOR.module, held.c.role == ADMINISTRATOR.role)
        .where(not_removed, word_condition(words))
        .order_by(users_table.c.sort_key, users_table.c.id)
        .limit(most)
    )
    return read_users(found)


def word_condition(words: tuple[tuple[str, ...], ...]) -> ColumnElement[bool]:
    """Return the condition that a user has one spelling of every word; see `search_words`."""
    key = users_table.c.search_key
    conditions = [
        or_(*(key.contains(spelling, autoescape=True) for spelling in spellings))
        for spellings in words
    ]
    return and_(true(), *conditions)
