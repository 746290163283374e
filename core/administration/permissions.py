"""Checks who may change or manage an authority; those for a change lock it (D15).

An authority may be changed by its own administrators, and by administrators of its access manager.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from core.audit.rules import Actor
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.errors import NotAccessManagerError, NotFoundError
from core.users.principals import Principal, require_administrator
from core.users.rules import User


@dataclass(frozen=True, slots=True)
class Editor:
    """An administrator who may edit the authority, which is locked.

    `on_behalf` is true for an administrator of the access manager.
    """

    user: User
    authority: Authority
    on_behalf: bool

    @property
    def actor(self) -> Actor:
        """Return the editor as the actor of an audit event."""
        return Actor.user(self.user.id)

    @property
    def manages_access(self) -> bool:
        """Return whether they may also change its modules and its official name (R24-R26, D15)."""
        return self.on_behalf or self.authority.access_manager


def require_editor(tx: Connection, principal: Principal, authority_id: int) -> Editor:
    """Lock the authority and the principal's own, and return the principal as its editor.

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: there is no such authority, or it is neither the principal's own nor
            managed by theirs.
    """
    authorities.lock_all(tx, {principal.authority_id, authority_id})
    by = require_administrator(tx, principal)
    authority = authorities.find(tx, authority_id)
    if authority is None or authority.removed_at is not None:
        raise NotFoundError("No such authority.")
    if authority.id == by.authority_id:
        return Editor(by, authority, on_behalf=False)
    own = authorities.find(tx, by.authority_id)
    if own is None or not own.manages(authority):
        raise NotFoundError("No such authority.")
    return Editor(by, authority, on_behalf=True)


def require_managing_editor(tx: Connection, principal: Principal, authority_id: int) -> Editor:
    """Return the principal as an editor who also manages the access (R18, R19, R24-R26).

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such authority, or the principal may not edit it.
        NotAccessManagerError: the principal may edit its data, but not its modules.
    """
    editor = require_editor(tx, principal, authority_id)
    if not editor.manages_access:
        raise NotAccessManagerError("Only the access manager may do this.")
    return editor


def require_access_manager(tx: Connection, principal: Principal) -> tuple[User, Authority]:
    """Return the principal's user and authority, which is an access manager (R18, D15).

    The authority is checked first: where it is no access manager, no administrator of it can help.

    Raises:
        NotAccessManagerError: their authority is not an access manager.
        NotAdministratorError: the principal is not an administrator.
    """
    own = authorities.find(tx, principal.authority_id)
    if own is None or not own.access_manager:
        raise NotAccessManagerError("Only an access manager may do this.")
    return require_administrator(tx, principal), own


def require_managed(tx: Connection, principal: Principal, authority: Authority | None) -> Authority:
    """Return the authority, which the principal's authority manages (D15); lock no row.

    Raises:
        NotAdministratorError, NotAccessManagerError: as `require_access_manager`.
        NotFoundError: there is no such authority, or theirs does not manage it.
    """
    _, own = require_access_manager(tx, principal)
    if authority is None or authority.removed_at is not None or not own.manages(authority):
        raise NotFoundError("No such authority.")
    return authority
