"""The SQL that finds which of many values are taken, and writes many new users at once."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from core.schema.users import not_removed, users
from core.users.rows import roles
from core.users.rows.mapping import columns_of_new, new_user_as_stored
from core.users.rules import RegistrationRequest, User

# Built once, because building a statement costs more than running it.
_EMAIL_KEYS = select(users.c.email_key).where(
    users.c.email_key.in_(bindparam("wanted", expanding=True)), not_removed
)
_USERNAMES = select(users.c.username).where(
    users.c.username.in_(bindparam("wanted", expanding=True))
)
_ADD = insert(users).returning(users.c.id, users.c.username)


def taken_emails(tx: Connection, email_keys: Collection[str]) -> frozenset[str]:
    """Return those of the addresses' keys that a user has who is not removed."""
    return frozenset(tx.scalars(_EMAIL_KEYS, {"wanted": list(email_keys)}))


def taken_usernames(tx: Connection, usernames: Collection[str]) -> frozenset[str]:
    """Return those of the usernames that any user has, even a removed one (D8)."""
    return frozenset(tx.scalars(_USERNAMES, {"wanted": list(usernames)}))


def add_all(
    tx: Connection, requests: Sequence[RegistrationRequest], now: datetime
) -> tuple[User, ...]:
    """Write the new users with their roles; return them as they are stored, in the same order.

    Raises:
        sqlalchemy.exc.IntegrityError: a username, address, member or key is taken.
    """
    added = tx.execute(_ADD, [columns_of_new(request, now) for request in requests])
    ids = {row.username: row.id for row in added}
    stored = tuple(
        new_user_as_stored(ids[request.new_user.username], request, now) for request in requests
    )
    roles.grant_all(tx, {user.id: user.roles for user in stored})
    return stored
