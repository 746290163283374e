"""The SQL condition for the open requests that an administrator may decide (D11)."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, or_, select

from core.role_keys import ADMINISTRATOR
from core.schema.authorities import authorities
from core.schema.resets import is_open, reset_requests
from core.schema.users import not_removed, users
from core.users.rows.acting import can_act
from core.users.rows.roles import holds

APPROVER: BindParameter[Any] = bindparam("approver")
AUTHORITY: BindParameter[Any] = bindparam("authority")


def _another_can_act() -> ColumnElement[bool]:
    """Return the condition that another administrator of the asker's authority can act."""
    return (
        select(users.c.id)
        .where(users.c.authority_id == reset_requests.c.authority_id, not_removed, can_act)
        .where(users.c.id != reset_requests.c.user_id, holds(users.c.id, ADMINISTRATOR))
        .exists()
    )


def _is_managed() -> ColumnElement[bool]:
    return (
        select(authorities.c.id)
        .where(authorities.c.id == reset_requests.c.authority_id)
        .where(authorities.c.manager_id == AUTHORITY)
        .exists()
    )


def _may_decide() -> ColumnElement[bool]:
    """Return the condition; `reset_approvers` names the same people for one user.

    They are the requests of all others of the authority `AUTHORITY` of the administrator
    `APPROVER`, and those of administrators of the authorities that it manages, where nobody else
    can act.
    """
    asker_administers = holds(reset_requests.c.user_id, ADMINISTRATOR)
    from_managed = and_(_is_managed(), asker_administers, ~_another_can_act())
    own = reset_requests.c.authority_id == AUTHORITY
    return and_(is_open, reset_requests.c.user_id != APPROVER, or_(own, from_managed))


may_decide = _may_decide()
