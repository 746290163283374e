"""The SQL of the roles that users hold."""

from collections.abc import Iterable

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
)

from core.role_keys import RoleKey
from core.schema.roles import user_roles
from core.schema.users import not_removed, users

# Built once: building a statement costs more than running it.
_GIVE = insert(user_roles)
_HELD = (
    select(user_roles.c.module, user_roles.c.role)
    .where(user_roles.c.user_id == bindparam("holder"))
    .order_by(user_roles.c.module, user_roles.c.role)
)


def grant(tx: Connection, user_id: int, keys: Iterable[RoleKey]) -> None:
    """Give the user these roles; they must hold none of them yet."""
    values = [{"user_id": user_id, "module": key.module, "role": key.role} for key in sorted(keys)]
    if values:
        tx.execute(_GIVE, values)


def roles_of_each(tx: Connection, user_ids: Iterable[int]) -> dict[int, tuple[RoleKey, ...]]:
    """Return the sorted roles of each user, by one query."""
    held: dict[int, tuple[RoleKey, ...]] = dict.fromkeys(user_ids, ())
    found = tx.execute(
        select(user_roles)
        .where(user_roles.c.user_id.in_(held))
        .order_by(user_roles.c.module, user_roles.c.role)
    )
    for row in found:
        held[row.user_id] += (RoleKey(row.module, row.role),)
    return held


def roles_of(tx: Connection, user_id: int) -> tuple[RoleKey, ...]:
    """Return the roles that the user holds, sorted."""
    found = tx.execute(_HELD, {"holder": user_id})
    return tuple(RoleKey(row.module, row.role) for row in found)


def revoke(tx: Connection, user_id: int, keys: Iterable[RoleKey]) -> None:
    """Take these roles from the user."""
    each = [and_(user_roles.c.module == key.module, user_roles.c.role == key.role) for key in keys]
    if each:
        tx.execute(delete(user_roles).where(user_roles.c.user_id == user_id, or_(*each)))


def revoke_all(tx: Connection, user_id: int) -> None:
    """Take every role from the user."""
    tx.execute(delete(user_roles).where(user_roles.c.user_id == user_id))


def count_holders(tx: Connection, authority_id: int) -> dict[RoleKey, int]:
    """Return how many users of the authority hold each role; removed users do not count."""
    found = tx.execute(
        select(user_roles.c.module, user_roles.c.role, func.count())
        .join(users, users.c.id == user_roles.c.user_id)
        .where(users.c.authority_id == authority_id, not_removed)
        .group_by(user_roles.c.module, user_roles.c.role)
    )
    return {RoleKey(row[0], row[1]): row[2] for row in found}
