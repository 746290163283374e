"""The SQL that counts what needs an administrator's attention, all in one statement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, bindparam, func, select

from core.deliveries.rows.failures import needs_attention
from core.schema.leavers import is_unanswered, leavers
from core.schema.passwords import passwords
from core.schema.resets import is_open, reset_requests
from core.schema.users import not_removed, users
from core.store.columns import Instant
from core.users.rows.queries import is_locked_out, is_unused, must_be_told


@dataclass(frozen=True, slots=True)
class AttentionCounts:
    """How many items of each kind there are; the kinds are those of `AttentionItems`."""

    requests: int
    leavers: int
    failed: int
    stuck: int
    unused: int
    untold: int


def count_attention(
    tx: Connection, authority_id: int, now: datetime, unused_since: datetime
) -> AttentionCounts:
    """Count the authority's items; unused are users registered by then who never signed in."""
    values = {"authority": authority_id, "now": now, "unused_since": unused_since}
    return AttentionCounts(**tx.execute(_COUNTS, values).one()._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's columns


_AUTHORITY: BindParameter[Any] = bindparam("authority")
_NOW: BindParameter[Any] = bindparam("now", type_=Instant)
_UNUSED_SINCE: BindParameter[Any] = bindparam("unused_since", type_=Instant)


def _number_of_users(condition: ColumnElement[bool]) -> ColumnElement[int]:
    with_passwords = users.outerjoin(passwords, passwords.c.id == users.c.password_id)
    return (
        select(func.count())
        .select_from(with_passwords)
        .where(users.c.authority_id == _AUTHORITY, not_removed, condition)
        .scalar_subquery()
    )


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).where(condition).scalar_subquery()


# Built once, because building a statement costs more than running it.
_COUNTS = select(
    _number_of((reset_requests.c.authority_id == _AUTHORITY) & is_open).label("requests"),
    _number_of((leavers.c.authority_id == _AUTHORITY) & is_unanswered).label("leavers"),
    _number_of(needs_attention(_AUTHORITY)).label("failed"),
    _number_of_users(is_locked_out(_NOW)).label("stuck"),
    _number_of_users(is_unused(_UNUSED_SINCE)).label("unused"),
    _number_of_users(must_be_told()).label("untold"),
)
