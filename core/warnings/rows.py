"""The SQL that finds roles with too few holders (gaps), and stores the state of their warnings."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    func,
    select,
    true,
    update,
)

from core.role_keys import ADMINISTRATOR, RoleKey
from core.schema.authorities import authorities, authority_modules, not_removed
from core.schema.roles import user_roles
from core.schema.users import not_removed as user_here
from core.schema.users import users
from core.schema.warnings import warnings
from core.store.locks import locking
from core.store.upsert import upsert_into
from core.users.rows.acting import can_act
from core.warnings.rules import Gap, WarningState


def administrator_gaps(tx: Connection, minimum: int) -> set[Gap]:
    """Return a gap for each authority with too few administrators who can act (R39, D12)."""
    query = _with_fewer_holders(ADMINISTRATOR, minimum, can_act).where(not_removed)
    return {Gap(row.id) for row in tx.execute(query)}


def role_gaps(tx: Connection, role: RoleKey, minimum: int) -> set[Gap]:
    """Return a gap for each authority with the role's module and too few holders (R62)."""
    own = authority_modules.c.authority_id == authorities.c.id
    query = (
        _with_fewer_holders(role, minimum)
        .where(not_removed)
        .where(
            select(authority_modules.c.module)
            .where(own, authority_modules.c.module == role.module)
            .exists()
        )
    )
    return {Gap(row.id, role) for row in tx.execute(query)}


def all_warnings(tx: Connection) -> tuple[WarningState, ...]:
    """Return the state of every known gap."""
    return tuple(map(_state, tx.execute(select(warnings))))


def due(tx: Connection, now: datetime, limit: int) -> tuple[WarningState, ...]:
    """Return the gaps whose next warning is due, at most `limit`, with their rows locked."""
    query = select(warnings).where(warnings.c.next_at <= now).order_by(warnings.c.next_at)
    return tuple(map(_state, tx.execute(locking(query.limit(limit), skip_locked=True))))


def add(tx: Connection, gaps: Iterable[Gap], since: datetime, next_at: datetime) -> None:
    """Insert those of the gaps that are not there yet."""
    common = {"since": since, "notices_sent": 0, "next_at": next_at}
    values = [{"authority_id": gap.authority_id, "role": gap.code, **common} for gap in gaps]
    if values:
        inserting = upsert_into(tx, warnings)
        unique = ["authority_id", "role"]
        tx.execute(inserting.on_conflict_do_nothing(index_elements=unique), values)


def delete_warnings(tx: Connection, ids: Iterable[int]) -> None:
    """Delete gaps that are closed."""
    tx.execute(delete(warnings).where(warnings.c.id.in_(list(ids))))


def mark_queued(tx: Connection, warning_id: int, warned: int, next_at: datetime) -> None:
    """Store how many warnings were queued, and when the next one is due."""
    warning = update(warnings).where(warnings.c.id == warning_id)
    tx.execute(warning.values(notices_sent=warned, next_at=next_at))


def _with_fewer_holders(
    role: RoleKey, minimum: int, condition: ColumnElement[bool] | None = None
) -> Select[tuple[int]]:
    holds = and_(
        user_roles.c.user_id == users.c.id,
        user_roles.c.module == role.module,
        user_roles.c.role == role.role,
    )
    holders = (
        select(func.count())
        .select_from(users.join(user_roles, holds))
        .where(users.c.authority_id == authorities.c.id, user_here)
        .where(true() if condition is None else condition)
        .scalar_subquery()
    )
    return select(authorities.c.id).where(holders < minimum)


def _state(row: Row[Any]) -> WarningState:
    role = RoleKey.parse(row.role) if row.role else None
    return WarningState(row.id, Gap(row.authority_id, role), row.since, row.notices_sent)
