"""The SQL that writes a new user with their roles."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, Connection, Select, String, bindparam, func, insert, select

from core.schema.roles import user_roles
from core.schema.users import users
from core.store.upsert import insert_on_postgres, insert_or_nothing
from core.store.writing_queries import can_write_together
from core.users.rows import roles
from core.users.rows.mapping import columns_of_new, new_user_as_stored
from core.users.rules import RegistrationRequest, User

_ADD = insert_or_nothing(users, users.c.id)
_TEXTS = ARRAY(String)


def add(tx: Connection, request: RegistrationRequest, now: datetime) -> User | None:
    """Write the new user with their roles, and return them as they are stored.

    If username, address, member or key is taken, nothing is written, and None is returned.
    """
    user_id = _add_with_roles(tx, columns_of_new(request, now), request)
    return None if user_id is None else new_user_as_stored(user_id, request, now)


def _add_with_roles(
    tx: Connection, columns: dict[str, object], request: RegistrationRequest
) -> int | None:
    keys = sorted(request.new_user.roles)
    if can_write_together(tx):
        held = {"modules": [key.module for key in keys], "roles": [key.role for key in keys]}
        row = tx.execute(_query_with_roles(tuple(columns)), {**columns, **held}).one_or_none()
        return None if row is None else int(row.id)
    written = _ADD.row(tx, columns)
    if written is not None:
        roles.grant(tx, written.id, keys)
    return None if written is None else int(written.id)


@cache
def _query_with_roles(columns: Sequence[str]) -> Select[tuple[Any, ...]]:
    """Return a query that writes a user with these columns and the roles, and finds their id."""
    adding = insert_on_postgres(users).values({name: bindparam(name) for name in columns})
    added = adding.on_conflict_do_nothing().returning(users.c.id).cte("added")
    held = select(
        added.c.id,
        func.unnest(bindparam("modules", type_=_TEXTS)),
        func.unnest(bindparam("roles", type_=_TEXTS)),
    )
    granting = insert(user_roles).from_select(["user_id", "module", "role"], held)
    return select(added.c.id).add_cte(granting.cte("granted"))
