"""The SQL that finds pseudonymised users (D14), whose audit entries no longer have details."""

from sqlalchemy import Connection, select

from core.schema.users import users


def purged_ids(tx: Connection) -> frozenset[int]:
    """Return the ids of the users of whom only a pseudonym is kept."""
    purged = users.c.removed_at.is_not(None) & users.c.purged_at.is_not(None)
    return frozenset(tx.scalars(select(users.c.id).where(purged)))
