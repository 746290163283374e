"""The SQL that finds, locks and writes users, by id, username, e-mail address or Slack member."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, select, tuple_, update

from core.errors import NotFoundError
from core.members.rules import MemberKey
from core.schema.users import not_removed, users
from core.store.id_lists import is_one_of, is_one_of_parameter, list_of
from core.store.locks import lock_rows, locking
from core.store.prepared import Prepared
from core.users.rows.mapping import SELECT_USER, columns_of, read_user, read_users
from core.users.rules import NewUser, User

# Built once, because building a statement costs more than running it.
_WANTED: BindParameter[Any] = bindparam("wanted")
_BY_ID = Prepared(SELECT_USER.where(users.c.id == _WANTED))
_BY_MEMBER = Prepared(
    SELECT_USER.where(
        users.c.member_id == _WANTED, users.c.team_id == bindparam("team"), not_removed
    )
)
_BY_USERNAME = Prepared(SELECT_USER.where(users.c.username == _WANTED, not_removed))
_BY_EMAIL = Prepared(SELECT_USER.where(users.c.email_key == _WANTED, not_removed))
_REMOVED_WITH_EMAIL = Prepared(
    SELECT_USER.where(
        users.c.email_key == _WANTED,
        users.c.authority_id == bindparam("authority"),
        users.c.removed_at.is_not(None),
    )
    .order_by(users.c.removed_at.desc(), users.c.id.desc())
    .limit(1)
)
_WITH_USERNAME = Prepared(select(users.c.id).where(users.c.username == _WANTED))
_FIND_ALL = Prepared(SELECT_USER.where(is_one_of_parameter(users.c.id, "ids")).order_by(users.c.id))
_LOCK = locking(select(users.c.id).where(users.c.id == _WANTED))


def write_details(tx: Connection, user: User, new_user: NewUser) -> None:
    """Write changed details; the user does not know a changed username yet.

    Raises:
        sqlalchemy.exc.IntegrityError: username, address or Slack member is taken.
    """
    values = columns_of(new_user)
    if new_user.member is not None:
        values["ever_linked"] = True
    if new_user.username != user.username:
        values["username_handed_over_at"] = None
    _update(tx, user.id, **values)


def find(tx: Connection, user_id: int) -> User | None:
    """Return the user, removed or not, or None."""
    return _find_one(tx, _BY_ID, user_id)


def require(tx: Connection, user_id: int) -> User:
    """Return the user, removed or not.

    Raises:
        NotFoundError: there is none with this id.
    """
    user = find(tx, user_id)
    if user is None:
        raise NotFoundError("No such user.")
    return user


def find_by_member(tx: Connection, member: MemberKey) -> User | None:
    """Return the user that the Slack member is linked to, or None."""
    return _find_one(tx, _BY_MEMBER, member.member_id, team=member.team_id)


def find_by_username(tx: Connection, username: str) -> User | None:
    """Return the user who signs in with this lower-case username, or None."""
    return _find_one(tx, _BY_USERNAME, username)


def find_by_email(tx: Connection, email_key: str) -> User | None:
    """Return the user who is not removed and has this address, or None."""
    return _find_one(tx, _BY_EMAIL, email_key)


def find_removed(tx: Connection, email_key: str, authority_id: int) -> User | None:
    """Return the user of the authority with this address who was removed last, or None."""
    return _find_one(tx, _REMOVED_WITH_EMAIL, email_key, authority=authority_id)


def is_username_taken(tx: Connection, username: str) -> bool:
    """Return whether any user has the username, even a removed one (D8)."""
    return _WITH_USERNAME.row(tx, {"wanted": username}) is not None


def require_in_authority(tx: Connection, user_id: int, authority_id: int) -> User:
    """Return the user of this authority, who is not removed.

    Raises:
        NotFoundError: there is none.
    """
    return _require_in(find(tx, user_id), authority_id)


def lock_in_authority(tx: Connection, user_id: int, authority_id: int) -> User:
    """Lock the user of this authority, who is not removed, and return them.

    Raises:
        NotFoundError: there is none.
    """
    return _require_in(lock(tx, user_id), authority_id)


def _require_in(user: User | None, authority_id: int) -> User:
    if user is None or user.authority_id != authority_id or user.removed_at is not None:
        raise NotFoundError("No such user.")
    return user


def link(tx: Connection, user_id: int, member: MemberKey) -> None:
    """Link the user to a Slack member."""
    _update(tx, user_id, team_id=member.team_id, member_id=member.member_id, ever_linked=True)


def unlink(tx: Connection, user_id: int) -> None:
    """Clear the user's link, so that their member can be linked to another user."""
    _update(tx, user_id, team_id=None, member_id=None)


def was_linked(tx: Connection, user_id: int) -> bool:
    """Return whether the user is or ever was linked to a Slack member."""
    return bool(tx.scalar(select(users.c.ever_linked).where(users.c.id == user_id)))


def mark_username_known(tx: Connection, user_id: int, now: datetime) -> None:
    """Write that the user has been told their username."""
    _update(tx, user_id, username_handed_over_at=now)


def mark_usernames_known(tx: Connection, sent_to: Iterable[User], now: datetime) -> frozenset[int]:
    """Write that the users were sent their usernames in Slack, and return the ids of those.

    Nothing is written about users who are removed, or whose username or Slack member is another
    one by now.
    """
    as_sent = [
        (user.id, user.username, user.member.member_id)
        for user in sent_to
        if user.member is not None
    ]
    unchanged = tuple_(users.c.id, users.c.username, users.c.member_id).in_(as_sent)
    writing = update(users).where(unchanged, not_removed).values(username_handed_over_at=now)
    return frozenset(tx.scalars(writing.returning(users.c.id)))


def lock(tx: Connection, user_id: int) -> User | None:
    """Lock the user until the transaction ends, and return them, or None."""
    lock_rows(tx, _LOCK, {"wanted": user_id})
    return find(tx, user_id)


def lock_all(tx: Connection, user_ids: Collection[int]) -> None:
    """Lock those of the users who exist until the transaction ends.

    They are locked in the order of their ids, so that two transactions do not deadlock.
    """
    query = select(users.c.id).where(is_one_of(users.c.id, user_ids))
    lock_rows(tx, locking(query.order_by(users.c.id)), {})


def find_all(tx: Connection, user_ids: Collection[int]) -> tuple[User, ...]:
    """Return those of the users who exist, removed or not, in the order of their ids."""
    return read_users(_FIND_ALL.rows(tx, {"ids": list_of(user_ids)}))


def remove(tx: Connection, user_id: int, by_user_id: int | None, now: datetime) -> None:
    """Write that the user is removed; their roles stay stored for a restore, without effect."""
    _update(tx, user_id, removed_at=now, removed_by=by_user_id)


def restore(tx: Connection, user_id: int) -> None:
    """Write that the user is no longer removed.

    Raises:
        sqlalchemy.exc.IntegrityError: another user has the address or Slack member by now.
    """
    _update(tx, user_id, removed_at=None, removed_by=None)


def _update(tx: Connection, user_id: int, **values: object) -> None:
    tx.execute(update(users).where(users.c.id == user_id).values(**values))


def _find_one(tx: Connection, query: Prepared, wanted: object, **more: object) -> User | None:
    row = query.row(tx, {"wanted": wanted, **more})
    return None if row is None else read_user(row)
