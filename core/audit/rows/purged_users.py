"""Who was erased (D14), as the trail's verifying asks."""

from sqlalchemy import Connection, select

from core.schema.users import users


def erased_ids(tx: Connection) -> frozenset[int]:
    """Return the numbers of the users of whom only a pseudonym is kept."""
    gone = users.c.removed_at.is_not(None) & users.c.purged_at.is_not(None)
    return frozenset(tx.scalars(select(users.c.id).where(gone)))
