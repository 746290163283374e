"""Checks who may reset a user's password, and who may approve a request for a reset (D11)."""

from sqlalchemy import Connection

from core.authorities.rows import authorities
from core.errors import NotFoundError, OwnPasswordError
from core.users.principals import Principal, require_acting_administrator
from core.users.rows import queries, users
from core.users.rules import User


def reset_approvers(tx: Connection, user: User) -> tuple[User, ...]:
    """Return those who may approve the user's request: the authority's other administrators.

    Where none of them can act and the user is an administrator, it is those of the access manager
    (D11, D12). Who has left Slack is not asked.
    """
    authority_id = user.authority_id
    manager_id = authorities.require(tx, authority_id).manager_id
    acting = _others(queries.acting_administrators_of(tx, authority_id), user)
    if not acting and user.administrator and manager_id is not None:
        return queries.reachable_administrators_of(tx, manager_id)
    return _others(queries.reachable_administrators_of(tx, authority_id), user)


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


def _may_reset(tx: Connection, by: User, user: User) -> bool:
    """Return whether the administrator `by` may reset the user's password (D11).

    They may within their own authority, and for the administrators of an authority that theirs
    manages.
    """
    if user.authority_id == by.authority_id:
        return True
    managed = authorities.require(tx, user.authority_id).manager_id == by.authority_id
    own = authorities.require(tx, by.authority_id)
    return managed and own.access_manager and user.administrator


def _others(administrators: tuple[User, ...], user: User) -> tuple[User, ...]:
    return tuple(each for each in administrators if each.id != user.id)
