"""Users by the list: those of an authority who fit; all this SQL, and nothing but."""

from datetime import datetime

from sqlalchemy import Connection, or_, select

from core.catalogue.rules import ADMINISTRATOR, RoleKey
from core.roles import rows as roles
from core.users import rows
from core.users.rules import User

# As many as a modal shows.
MOST_REMOVED = 40


def with_words(
    tx: Connection, authority_id: int, words: tuple[tuple[str, ...], ...], most: int
) -> tuple[User, ...]:
    """Return the authority's users who have a spelling of each word, in the list's order."""
    fits = [
        or_(*(rows.users.c.search_key.contains(one, autoescape=True) for one in w)) for w in words
    ]
    found = tx.execute(
        rows.WHOLE.where(rows.users.c.authority_id == authority_id, rows.here, *fits)
        .order_by(rows.users.c.sort_key, rows.users.c.id)
        .limit(most)
    )
    return rows.whole(tx, found.all())


def administrators_of(tx: Connection, authority_id: int) -> tuple[User, ...]:
    """Return who administers the authority, in the list's order (R9)."""
    return holding(tx, authority_id, ADMINISTRATOR)


def holding(tx: Connection, authority_id: int, role: RoleKey) -> tuple[User, ...]:
    """Return who of the authority holds the role, in the list's order."""
    held = roles.user_roles
    found = tx.execute(
        rows.WHOLE.join(held, held.c.user_id == rows.users.c.id)
        .where(rows.users.c.authority_id == authority_id, rows.here)
        .where(held.c.module == role.module, held.c.role == role.role)
        .order_by(rows.users.c.sort_key, rows.users.c.id)
    )
    return rows.whole(tx, found.all())


def removed_since(tx: Connection, authority_id: int, since: datetime) -> tuple[User, ...]:
    """Return who of the authority was removed after `since`, the last one first (D14)."""
    removed_at = rows.users.c.removed_at
    found = tx.execute(
        rows.WHOLE.where(rows.users.c.authority_id == authority_id, removed_at > since)
        .order_by(removed_at.desc(), rows.users.c.id)
        .limit(MOST_REMOVED)
    )
    return rows.whole(tx, found.all())


def count_administrators(tx: Connection, authority_id: int) -> int:
    """Return how many users administer the authority (R39)."""
    held = roles.user_roles
    return len(
        tx.execute(
            select(rows.users.c.id)
            .join(held, held.c.user_id == rows.users.c.id)
            .where(rows.users.c.authority_id == authority_id, rows.here)
            .where(held.c.module == ADMINISTRATOR.module, held.c.role == ADMINISTRATOR.role)
        ).all()
    )


def newest_of(tx: Connection, authority_id: int, most: int) -> tuple[User, ...]:
    """Return the authority's users, the newest first."""
    found = tx.execute(
        rows.WHOLE.where(rows.users.c.authority_id == authority_id, rows.here)
        .order_by(rows.users.c.id.desc())
        .limit(most)
    )
    return rows.whole(tx, found.all())
