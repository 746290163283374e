"""What authorities lack, in the database: all the SQL of it, and nothing but."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)

from core.role_keys import ADMINISTRATOR, RoleKey
from core.schema.authorities import authorities, here, modules
from core.schema.roles import user_roles
from core.schema.users import here as user_here
from core.schema.users import users
from core.schema.warnings import warnings
from core.warnings.rules import Gap, WarningState


def administrator_gaps(tx: Connection, wanted: int) -> set[Gap]:
    """Return the authorities with fewer administrators than wanted (R39)."""
    found = _short_of(ADMINISTRATOR, wanted).where(here)
    return {Gap(row.id) for row in tx.execute(found)}


def role_gaps(tx: Connection, role: RoleKey, wanted: int) -> set[Gap]:
    """Return the authorities with the role's module where fewer users hold it than must (R62)."""
    has = modules.c.authority_id == authorities.c.id
    found = (
        _short_of(role, wanted)
        .where(here)
        .where(select(modules.c.module).where(has, modules.c.module == role.module).exists())
    )
    return {Gap(row.id, role) for row in tx.execute(found)}


def all_warnings(tx: Connection) -> tuple[WarningState, ...]:
    """Return all that is known to be lacking."""
    return tuple(map(_standing, tx.execute(select(warnings))))


def due(tx: Connection, now: datetime, most: int) -> tuple[WarningState, ...]:
    """Return up to `most` of which the administrators are to be told now."""
    query = select(warnings).where(warnings.c.next_at <= now).order_by(warnings.c.next_at)
    return tuple(map(_standing, tx.execute(query.limit(most).with_for_update(skip_locked=True))))


def add(tx: Connection, lacks: Iterable[Gap], since: datetime, next_at: datetime) -> None:
    """Write what is lacking from now on."""
    values = [
        {
            "authority_id": gap.authority_id,
            "role": gap.code,
            "since": since,
            "told": 0,
            "next_at": next_at,
        }
        for gap in lacks
    ]
    if values:
        tx.execute(insert(warnings), values)


def delete_warnings(tx: Connection, numbers: Iterable[int]) -> None:
    """Forget what is not lacking any more."""
    tx.execute(delete(warnings).where(warnings.c.id.in_(list(numbers))))


def mark_queued(tx: Connection, number: int, told: int, next_at: datetime) -> None:
    """Write how often the administrators were told, and when they are next."""
    tx.execute(update(warnings).where(warnings.c.id == number).values(told=told, next_at=next_at))


def _short_of(role: RoleKey, wanted: int) -> Select[tuple[int]]:
    holds = and_(
        user_roles.c.user_id == users.c.id,
        user_roles.c.module == role.module,
        user_roles.c.role == role.role,
    )
    holders = (
        select(func.count())
        .select_from(users.join(user_roles, holds))
        .where(users.c.authority_id == authorities.c.id, user_here)
        .scalar_subquery()
    )
    return select(authorities.c.id).where(holders < wanted)


def _standing(row: Row[Any]) -> WarningState:
    role = RoleKey.parse(row.role) if row.role else None
    return WarningState(row.id, Gap(row.authority_id, role), row.since, row.told)
