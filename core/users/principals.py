"""Who is asking: the user behind a request, and what they may do (R12, R38, D21)."""

from dataclasses import dataclass

from sqlalchemy import Connection

from core.authorities.rows import authorities
from core.errors import NotAdministratorError, NotAUserError
from core.members.rules import MemberKey
from core.users.rows import users
from core.users.rules import User


@dataclass(frozen=True, slots=True)
class Principal:
    """A user who asks for something; `administrator` as it was when they asked."""

    user_id: int
    authority_id: int
    language: str
    administrator: bool


def principal_for_member(tx: Connection, member: MemberKey) -> Principal:
    """Return the user that the Slack member is linked to.

    Raises:
        NotAUserError: the member is linked to nobody.
    """
    user = users.find_by_member(tx, member)
    if user is None:
        raise NotAUserError("This Slack member is not linked to an IMI user.")
    return principal_of(user)


def principal_of(user: User) -> Principal:
    """Return the user in the part of the one who asks."""
    return Principal(user.id, user.authority_id, user.language, user.administrator)


def require_administrator(tx: Connection, principal: Principal) -> User:
    """Return the asker as they are now, in this transaction, if they administer their authority.

    Raises:
        NotAdministratorError: they do not, or do no longer.
    """
    user = users.find(tx, principal.user_id)
    if user is None or user.removed_at is not None or not user.administrator:
        raise NotAdministratorError("Only an administrator may do this.")
    return user


def require_acting_administrator(tx: Connection, principal: Principal) -> User:
    """Return the same for an act: until its end nobody changes who holds what in their authority.

    Who takes the asker's role or removes them meanwhile either was first, and then this refuses,
    or waits. To look, `require_administrator` is enough.

    Raises:
        NotAdministratorError: as above.
    """
    authorities.lock_row(tx, principal.authority_id)
    return require_administrator(tx, principal)
