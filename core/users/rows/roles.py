"""The SQL of the roles that users hold."""

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, func, insert, or_, select

from core.role_keys import ADMINISTRATOR, RoleKey
from core.schema.roles import user_roles
from core.schema.users import not_removed, users
from core.store.prepared import Prepared
from core.users.rows.acting import can_act

# Built once, because building a statement costs more than running it.
_GRANT = Prepared(insert(user_roles))


def grant(tx: Connection, user_id: int, keys: Iterable[RoleKey]) -> None:
    """Give the user these roles, none of which they hold yet."""
    grant_all(tx, {user_id: keys})


def grant_all(tx: Connection, keys: Mapping[int, Iterable[RoleKey]]) -> None:
    """Give each user, named by id, roles of which they hold none yet."""
    values = [
        {"user_id": user_id, "module": key.module, "role": key.role}
        for user_id, of_user in keys.items()
        for key in sorted(of_user)
    ]
    if values:
        _GRANT.run(tx, values)


def revoke(tx: Connection, user_id: int, keys: Iterable[RoleKey]) -> None:
    """Take these roles from the user."""
    each = [and_(user_roles.c.module == key.module, user_roles.c.role == key.role) for key in keys]
    if each:
        tx.execute(delete(user_roles).where(user_roles.c.user_id == user_id, or_(*each)))


def revoke_all(tx: Connection, user_id: int) -> None:
    """Take every role from the user."""
    tx.execute(delete(user_roles).where(user_roles.c.user_id == user_id))


def holds(user_id: ColumnElement[int], key: RoleKey) -> ColumnElement[bool]:
    """Return the condition that the user with this id holds the role."""
    return (
        select(user_roles.c.user_id)
        .where(user_roles.c.user_id == user_id)
        .where(user_roles.c.module == key.module, user_roles.c.role == key.role)
        .exists()
    )


def count_holders(
    tx: Connection, authority_id: int, without_user_id: int | None = None
) -> dict[RoleKey, int]:
    """Return how many users of the authority hold each role; removed users do not count.

    As administrators count those who can act (D12). `without_user_id` leaves out one user.
    """
    values = {"authority": authority_id}
    if without_user_id is not None:
        values["without"] = without_user_id
    counting = _COUNT_ALL if without_user_id is None else _COUNT_OTHERS
    found = counting.rows(tx, values)
    return {RoleKey(row.module, row.role): row.number for row in found}


_is_administrator = and_(
    user_roles.c.module == ADMINISTRATOR.module, user_roles.c.role == ADMINISTRATOR.role
)
_COUNT = (
    select(user_roles.c.module, user_roles.c.role, func.count().label("number"))
    .join(users, users.c.id == user_roles.c.user_id)
    .where(users.c.authority_id == bindparam("authority"), not_removed)
    .where(or_(~_is_administrator, can_act))
    .group_by(user_roles.c.module, user_roles.c.role)
)
_COUNT_ALL = Prepared(_COUNT)
_COUNT_OTHERS = Prepared(_COUNT.where(users.c.id != bindparam("without")))
