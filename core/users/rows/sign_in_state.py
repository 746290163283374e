"""The SQL that writes a user's password, sign-ins and wrong tries, and what they block (D3)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from core.schema.users import users
from core.store.locks import locking
from core.store.prepared import Prepared
from core.users.rules import User
from core.users.status import UnknownBrowserBlock

_LOCKED = Prepared(
    locking(
        select(users.c.authority_id, users.c.removed_at, users.c.password_id).where(
            users.c.id == bindparam("of_user")
        )
    )
)
_UNLOCKED: dict[str, Any] = {
    "wrong_passwords": 0,
    "blocked_at": None,
    "stranger_failures": 0,
    "stranger_blocks": 0,
    "strangers_blocked_at": None,
    "strangers_blocked_until": None,
}
_SET_PASSWORD = Prepared(
    update(users)
    .where(users.c.id == bindparam("of_user"))
    .values(password_id=bindparam("new_password"), **_UNLOCKED)
)


def lock_awaiting_password(tx: Connection, user_id: int) -> int | None:
    """Lock the user until the transaction ends.

    Returns the id of their authority if they are not removed and have no password, else None.
    """
    # The conditions are checked below: PostgreSQL reads these columns anew after a wait for the
    # lock, but would not wait for a row that does not fulfil them yet.
    row = _LOCKED.row(tx, {"of_user": user_id})
    awaits = row is not None and row.removed_at is None and row.password_id is None
    return row.authority_id if row is not None and awaits else None


def write_failures(
    tx: Connection, user_id: int, failures: int, blocked_at: datetime | None
) -> None:
    """Write the number of wrong passwords in a row, and since when they block the user (D3)."""
    _update(tx, user_id, wrong_passwords=failures, blocked_at=blocked_at)


def write_unknown_browser_lock(
    tx: Connection, user_id: int, *, failures: int, blocks: int, block: UnknownBrowserBlock | None
) -> None:
    """Write the wrong passwords of unknown browsers, and how they were blocked for them (D3)."""
    since, until = (None, None) if block is None else (block.since, block.until)
    _update(
        tx,
        user_id,
        stranger_failures=failures,
        stranger_blocks=blocks,
        strangers_blocked_at=since,
        strangers_blocked_until=until,
    )


def set_password(tx: Connection, user_id: int, password_id: int) -> None:
    """Make this the user's password, and unblock them (D3)."""
    _SET_PASSWORD.run(tx, {"of_user": user_id, "new_password": password_id})


def void_password(tx: Connection, user_id: int) -> None:
    """Leave the user without a password until a temporary one is made; unblock them (D3, D11)."""
    _update(tx, user_id, password_id=None, **_UNLOCKED)


def mark_signed_in(
    tx: Connection, user: User, now: datetime, *, with_username: bool = False
) -> None:
    """Write the sign-in; the first one makes the account active (R76).

    `with_username`: the user has typed their username, and so knows it (R54).
    """
    values: dict[str, Any] = {"last_signed_in_at": now, "wrong_passwords": 0}
    if user.status.first_signed_in_at is None:
        values["first_signed_in_at"] = now
    if with_username and user.username_handed_over_at is None:
        values["username_handed_over_at"] = now
    _update(tx, user.id, **values)


def _update(tx: Connection, user_id: int, **values: object) -> None:
    tx.execute(update(users).where(users.c.id == user_id).values(**values))
