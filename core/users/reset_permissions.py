"""Checks who may reset a user's password, see their messages, or approve a request (D11)."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.errors import NotFoundError, OwnPasswordError
from core.users.principals import Principal, require_acting_administrator, require_administrator
from core.users.rows import queries, users
from core.users.rules import User


def reset_approvers(tx: Connection, user: User) -> tuple[User, ...]:
    """Return those who may approve the user's request: the authority's other administrators.

    Where none of them can act and the user is an administrator, it is those of the access manager
    (D11, D12). Users who left Slack are left out.
    """
    return reset_approvers_of_each(tx, [user])[user.id]


def reset_approvers_of_each(
    tx: Connection, subjects: Iterable[User]
) -> dict[int, tuple[User, ...]]:
    """Return those who may approve the request of each of these users, by the user's id.

    It takes two statements, however many users and authorities there are.
    """
    subjects = list(subjects)
    managers = authorities.managers_of(tx, {user.authority_id for user in subjects})
    asked = {*managers, *(manager for manager in managers.values() if manager is not None)}
    reachable: dict[int, list[queries.ReachableUser]] = {}
    for one in queries.reachable_administrators_in(tx, asked):
        reachable.setdefault(one.user.authority_id, []).append(one)
    return {user.id: _approvers(user, managers[user.authority_id], reachable) for user in subjects}


def _approvers(
    user: User,
    manager_id: int | None,
    reachable: Mapping[int, Sequence[queries.ReachableUser]],
) -> tuple[User, ...]:
    others = [one for one in reachable.get(user.authority_id, ()) if one.user.id != user.id]
    if user.administrator and manager_id is not None and not any(one.can_act for one in others):
        return tuple(one.user for one in reachable.get(manager_id, ()))
    return tuple(one.user for one in others)


def require_resettable(tx: Connection, principal: Principal, user_id: int) -> User:
    """Lock the user and return them, if the principal may reset their password (D11).

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: neither a user of the principal's authority, nor an administrator of one
            that it manages.
        OwnPasswordError: it is the principal's own password.
    """
    by = require_acting_administrator(tx, principal)
    user = users.lock(tx, user_id)
    if user is None or user.removed_at is not None or not _may_reset(tx, by, user):
        raise NotFoundError("No such user.")
    if user.id == by.id:
        raise OwnPasswordError("Nobody resets their own password.")
    return user


def require_administered(tx: Connection, principal: Principal, user_id: int) -> User:
    """Return the user, if the principal may see the messages to them and pass on the username.

    They are those whose passwords the principal may reset (D11), and the principal. No row is
    locked.

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: neither a user of the principal's authority, nor an administrator of one
            that it manages.
    """
    by = require_administrator(tx, principal)
    user = users.find(tx, user_id)
    if user is None or user.removed_at is not None or not _may_reset(tx, by, user):
        raise NotFoundError("No such user.")
    return user


def managed_authority_of(tx: Connection, principal: Principal, user: User) -> Authority | None:
    """Return the user's authority if it is another one than the principal's, which manages it."""
    if user.authority_id == principal.authority_id:
        return None
    return authorities.require(tx, user.authority_id)


def _may_reset(tx: Connection, by: User, user: User) -> bool:
    """Return whether the administrator `by` may reset the user's password (D11).

    They may within their own authority, and for the administrators of an authority that theirs
    manages.
    """
    if user.authority_id == by.authority_id:
        return True
    own = authorities.require(tx, by.authority_id)
    return user.administrator and own.manages(authorities.require(tx, user.authority_id))
