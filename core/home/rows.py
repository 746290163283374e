"""The SQL that counts what needs an administrator's attention, and reads the users on Home."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Integer, bindparam, func, select

from core.deliveries.rows.failures import needs_attention
from core.resets.decidable import APPROVER, AUTHORITY, may_decide
from core.schema.leavers import is_unanswered, leavers
from core.schema.passwords import passwords
from core.schema.users import not_removed, users
from core.store.columns import Instant
from core.store.prepared import Prepared
from core.users.rows.mapping import SELECT_USER, read_users
from core.users.rows.queries import is_locked_out, is_unused, username_is_unknown
from core.users.rules import User


@dataclass(frozen=True, slots=True)
class AttentionCounts:
    """The number of items of each kind; the kinds are those of `AttentionItems`."""

    requests: int
    leavers: int
    failed_deliveries: int
    locked_out: int
    never_signed_in: int
    username_unknown: int


def count_attention(
    tx: Connection, me: User, now: datetime, unused_since: datetime
) -> AttentionCounts:
    """Count the items for this administrator, who cannot reset their own password (D11).

    A user who never signed in counts if registered by `unused_since`.
    """
    values = {
        "approver": me.id,
        "authority": me.authority_id,
        "now": now,
        "unused_since": unused_since,
    }
    row = _COUNTS.only_row(tx, values)
    return AttentionCounts(
        requests=row.requests,
        leavers=row.leavers,
        failed_deliveries=row.failed_deliveries,
        locked_out=row.locked_out,
        never_signed_in=row.never_signed_in,
        username_unknown=row.username_unknown,
    )


def locked_out(tx: Connection, me: User, now: datetime, most: int) -> tuple[User, ...]:
    """Return other users of the authority whose password is blocked or has expired (D1, D3)."""
    values = {"approver": me.id, "authority": me.authority_id, "now": now, "most": most}
    return read_users(_LOCKED_OUT.rows(tx, values))


def never_signed_in(tx: Connection, me: User, before: datetime, most: int) -> tuple[User, ...]:
    """Return other users registered before then who have never signed in (R77)."""
    values = {
        "approver": me.id,
        "authority": me.authority_id,
        "unused_since": before,
        "most": most,
    }
    return read_users(_NEVER_SIGNED_IN.rows(tx, values))


def username_unknown(tx: Connection, authority_id: int, most: int) -> tuple[User, ...]:
    """Return users whom an administrator has to tell their username (R54)."""
    return read_users(_USERNAME_UNKNOWN.rows(tx, {"authority": authority_id, "most": most}))


def newest_of(tx: Connection, authority_id: int, most: int) -> tuple[User, ...]:
    """Return the authority's users, the newest first."""
    return read_users(_NEWEST.rows(tx, {"authority": authority_id, "most": most}))


_NOW: BindParameter[Any] = bindparam("now", type_=Instant)
_UNUSED_SINCE: BindParameter[Any] = bindparam("unused_since", type_=Instant)
_MOST: BindParameter[int] = bindparam("most", type_=Integer)
_PRESENT = SELECT_USER.where(users.c.authority_id == AUTHORITY, not_removed)


def _number_of_users(condition: ColumnElement[bool]) -> ColumnElement[int]:
    with_passwords = users.outerjoin(passwords, passwords.c.id == users.c.password_id)
    return (
        select(func.count())
        .select_from(with_passwords)
        .where(users.c.authority_id == AUTHORITY, not_removed, condition)
        .scalar_subquery()
    )


def _others(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition for users whose passwords the administrator may reset (D11)."""
    return condition & (users.c.id != APPROVER)


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).where(condition).scalar_subquery()


def _first_of(condition: ColumnElement[bool]) -> Prepared:
    return Prepared(_PRESENT.where(condition).order_by(users.c.sort_key, users.c.id).limit(_MOST))


# Built once, because building a statement costs more than running it.
_COUNTS = Prepared(
    select(
        _number_of(may_decide).label("requests"),
        _number_of((leavers.c.authority_id == AUTHORITY) & is_unanswered).label("leavers"),
        _number_of(needs_attention(AUTHORITY)).label("failed_deliveries"),
        _number_of_users(_others(is_locked_out(_NOW))).label("locked_out"),
        _number_of_users(_others(is_unused(_UNUSED_SINCE))).label("never_signed_in"),
        _number_of_users(username_is_unknown()).label("username_unknown"),
    )
)
_LOCKED_OUT = _first_of(_others(is_locked_out(_NOW)))
_NEVER_SIGNED_IN = _first_of(_others(is_unused(_UNUSED_SINCE)))
_USERNAME_UNKNOWN = _first_of(username_is_unknown())
_NEWEST = Prepared(_PRESENT.order_by(users.c.id.desc()).limit(_MOST))
