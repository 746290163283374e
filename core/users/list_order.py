"""The orders in which the list of users is read, page by page, and the positions in them (R57)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, tuple_

from core.schema.users import users
from core.users.rows import queries
from core.users.rules import User
from core.users.search_keys import sort_key_of
from core.users.status import PasswordState, shown_password_state

# The states of a password, the most urgent first; within a state users are ordered by name.
URGENCY = (
    PasswordState.BLOCKED,
    PasswordState.EXPIRED,
    PasswordState.TEMPORARY,
    PasswordState.VALID,
)


class UserOrder(StrEnum):
    """The orders that a reader can choose."""

    NAME = "name"
    URGENT = "urgent"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class UserListCursor:
    """The position after which a page begins, or before which it ends if `forward` is false.

    `position` has one value for each column of the order; see `position_of`.
    """

    position: tuple[str | int, ...]
    forward: bool = True


def position_of(user: User, order: UserOrder, now: datetime) -> tuple[str | int, ...]:
    """Return the user's values in the columns of the order."""
    by_name = (sort_key_of(user), user.id)
    if order == UserOrder.NEWEST:
        return (user.id,)
    if order == UserOrder.URGENT:
        return URGENCY.index(shown_password_state(user.status, now)), *by_name
    return by_name


def is_position(values: object, order: UserOrder) -> bool:
    """Return whether the values can be a position in the order."""
    types: dict[UserOrder, tuple[type, ...]] = {
        UserOrder.NAME: (str, int),
        UserOrder.URGENT: (int, str, int),
        UserOrder.NEWEST: (int,),
    }
    return isinstance(values, list | tuple) and tuple(map(type, values)) == types[order]


def in_order(
    query: Select[Any], order: UserOrder, now: datetime, cursor: UserListCursor | None = None
) -> Select[Any]:
    """Return the query in this order, from the cursor on; backward, the order is reversed."""
    columns = _columns(order, now)
    forward = cursor is None or cursor.forward
    # Ids grow, so that the newest user has the highest one.
    ascending = forward != (order == UserOrder.NEWEST)
    if cursor is not None:
        position, edge = tuple_(*columns), tuple_(*cursor.position)
        query = query.where(position > edge if ascending else position < edge)
    return query.order_by(*(each if ascending else each.desc() for each in columns))


def _columns(order: UserOrder, now: datetime) -> tuple[ColumnElement[Any], ...]:
    if order == UserOrder.NEWEST:
        return (users.c.id,)
    if order == UserOrder.URGENT:
        return _urgency(now), users.c.sort_key, users.c.id
    return users.c.sort_key, users.c.id


def _urgency(now: datetime) -> ColumnElement[int]:
    """Return the place of the password's state in `URGENCY`, as `position_of` counts it."""
    states = [(queries.in_password_state(state, now), place) for place, state in enumerate(URGENCY)]
    return case(*states[:-1], else_=len(states) - 1)
