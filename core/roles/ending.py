"""Revokes withdrawn roles from removed users too, so that a restore does not revive them.

Roles are withdrawn with a module, or when the catalogue drops them (D13, D14).
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.role_keys import RoleKey
from core.users.rows import roles
from core.users.rules import User


def end_roles_of_removed(
    tx: Connection,
    actor: Actor,
    removed: Iterable[User],
    ends: Callable[[RoleKey], bool],
    now: datetime,
) -> None:
    """Revoke and record the removed users' roles for which `ends` is true, without notices."""
    for user in removed:
        ending = [key for key in user.roles if ends(key)]
        if ending:
            roles.revoke(tx, user.id, ending)
            audit_event = audit.event_about(
                actor,
                Act.ROLES_CHANGED,
                authority_id=user.authority_id,
                user_id=user.id,
                given=[],
                taken=[str(key) for key in ending],
            )
            audit.record(tx, audit_event, now)
