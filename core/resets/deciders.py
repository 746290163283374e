"""Who may have a user's password reset (D11)."""

from sqlalchemy import Connection

from core.authorities import service as authorities
from core.users import lists
from core.users.rules import User


def askable(tx: Connection, user: User) -> tuple[User, ...]:
    """Return who may grant the user's request: the authority's other administrators.

    Where there is none, those of the access manager, for an administrator (D11).
    """
    others = [one for one in lists.administrators_of(tx, user.authority_id) if one.id != user.id]
    manager_id = authorities.find(tx, user.authority_id).manager_id
    if not others and user.administrator and manager_id is not None:
        return lists.administrators_of(tx, manager_id)
    return tuple(others)


def in_reach(tx: Connection, by: User, user: User) -> bool:
    """Say whether `by`, who administers, may reset the user's password (D11).

    Those of their own authority; of one that their authority manages, the administrators.
    """
    if user.authority_id == by.authority_id:
        return True
    managed = authorities.find(tx, user.authority_id).manager_id == by.authority_id
    own = authorities.find(tx, by.authority_id)
    return managed and own.access_manager and user.administrator
