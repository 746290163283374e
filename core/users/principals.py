"""The principal (the authenticated user who acts), and checks of their rights (R12, R38, D21)."""

from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection

from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.errors import NotAdministratorError
from core.users.rows import users, with_authority
from core.users.rules import User


@dataclass(frozen=True, slots=True)
class Principal:
    """The authenticated user who makes a request.

    `administrator` is what they were when the request began; a service checks it again in its
    own transaction.
    """

    user_id: int
    authority_id: int
    language: str
    administrator: bool


def principal_of(user: User) -> Principal:
    """Return the user as a principal."""
    return Principal(user.id, user.authority_id, user.language, user.administrator)


def require_administrator(tx: Connection, principal: Principal) -> User:
    """Return the principal's user as stored now, if they administer their authority.

    For an operation that only reads; one that writes uses `require_acting_administrator`.

    Raises:
        NotAdministratorError: they do not administer it, or no longer do.
    """
    return _require_administering(users.find(tx, principal.user_id))


def require_acting_administrator(tx: Connection, principal: Principal) -> User:
    """Lock the principal's authority, and return their user if they administer it.

    Until the transaction ends, no other one changes roles in the authority. A transaction
    that takes the principal's role or removes them either came first, so that this refuses, or
    waits until this one ends.

    Raises:
        NotAdministratorError: they do not administer it, or no longer do.
    """
    authorities.lock_row(tx, principal.authority_id)
    return require_administrator(tx, principal)


def lock_administered_authority(
    tx: Connection, principal: Principal, *, shared: bool = False
) -> tuple[User, Authority]:
    """Lock the principal's authority, and return it and their user if they administer it.

    A `shared` lock is enough for a registration. A removed authority has no administrators, because
    it is removed with all its users (D14).

    Raises:
        NotAdministratorError: they do not administer it, or no longer do.
    """
    authorities.lock_row(tx, principal.authority_id, shared=shared)
    by, authority = with_authority.find(tx, principal.user_id) or (None, None)
    return _require_administering(by), cast("Authority", authority)


def _require_administering(user: User | None) -> User:
    if user is None or user.removed_at is not None or not user.administrator:
        raise NotAdministratorError("Only an administrator may do this.")
    return user
