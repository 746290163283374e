"""The SQL that finds due reminders and settles them: each is queued, or of no use."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    String,
    bindparam,
    case,
    cast,
    column,
    func,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from core.reminders.rows import user_still_needs_it
from core.reminders.rules import MAILED_THRESHOLDS, ReminderKey, ReminderState, Threshold, event_of
from core.schema.reminders import is_waiting, reminders
from core.store.locks import needs_locks


@dataclass(frozen=True, slots=True)
class SettledReminders:
    """The number of reminders that were queued or are of no use, and the queued ones.

    `to_users` and `expired` hold the event of each delivery by the user's id: of reminders to the
    users themselves, and of those that a temporary password has expired. A user has at most one
    reminder of use, the latest due one of the current password. `of_last_days` holds the ids of
    those in `to_users` whose reminder is one of the last two days.
    """

    number: int
    to_users: Mapping[int, str]
    expired: Mapping[int, str]
    of_last_days: Collection[int]


_NOW = bindparam("now", type_=reminders.c.due_at.type)
_KEY = tuple(reminders.c[name] for name in ReminderKey._fields)


def _not_settled(table: FromClause) -> ColumnElement[bool]:
    """Return the condition that a reminder waits, in a form for which PostgreSQL uses no index.

    With `is_waiting` and a moment, PostgreSQL reads all due reminders again for each one, if it
    expects only a few of them.
    """
    return table.c.state.not_in([ReminderState.QUEUED, ReminderState.PASSED])


def _later_one_due() -> ColumnElement[bool]:
    """Return the condition that a later reminder of the same password is due as well."""
    later = reminders.alias("later")
    return (
        select(later.c.user_id)
        .where(later.c.user_id == reminders.c.user_id)
        .where(later.c.password_id == reminders.c.password_id)
        .where(later.c.threshold < reminders.c.threshold)
        .where(_not_settled(later), later.c.due_at <= _NOW)
        .exists()
    )


def _settle_any() -> ReturningUpdate[Any]:
    """Return SQLite's statement of `settle_due`, for the longest overdue reminders.

    The subquery decides of all reminders which are of use before any of them is changed.
    """
    due = _DUE.add_columns(_IS_USEFUL.label("is_useful")).subquery("due")
    return _settling(due, due.c.is_useful)


def _settle_given() -> ReturningUpdate[Any]:
    """Return PostgreSQL's statement of `settle_due`, for the keys in a JSON array of objects.

    Each row is found by its primary key, whatever the statistics of the table say.
    """
    names = [column(one.name, Integer) for one in _KEY]
    objects = func.json_to_recordset(cast(bindparam("keys", type_=String), JSON))
    given = objects.table_valued(*names, name="given").render_derived(with_types=True)
    return _settling(given, _IS_USEFUL).where(_not_settled(reminders), reminders.c.due_at <= _NOW)


def _settling(keys: FromClause, is_useful: ColumnElement[bool]) -> ReturningUpdate[Any]:
    return (
        update(reminders)
        .where(*[one == keys.c[one.name] for one in _KEY])
        .values(state=case((is_useful, ReminderState.QUEUED), else_=ReminderState.PASSED))
        .returning(*_KEY, reminders.c.state)
    )


# Built once, because building a statement costs more than running it.
_IS_USEFUL = ~_later_one_due() & user_still_needs_it()
_DUE = (
    select(*_KEY)
    .where(is_waiting, reminders.c.due_at <= _NOW)
    .order_by(reminders.c.due_at)
    .limit(bindparam("most", type_=Integer))
)
_SETTLE_ANY = _settle_any()
_SETTLE_GIVEN = _settle_given()


def find_due(tx: Connection, now: datetime, most: int) -> tuple[ReminderKey, ...]:
    """Return the keys of up to `most` due reminders, the longest overdue ones."""
    return tuple(ReminderKey(*row) for row in tx.execute(_DUE, {"now": now, "most": most}))


def settle_due(
    tx: Connection, keys: Iterable[ReminderKey], now: datetime, most: int
) -> SettledReminders:
    """Write of up to `most` due reminders that they are queued, or of no use.

    They are those of the keys that are still due; their users are locked. Where no locks are
    needed, they are the longest overdue ones.

    Of several due ones of a password only the latest is of use, and none of them is if the user
    is removed or blocked or has another password by now (D3, D6, D14).
    """
    if needs_locks(tx):
        given = json.dumps([key._asdict() for key in keys])
        rows = tx.execute(_SETTLE_GIVEN, {"now": now, "keys": given}).all()
    else:
        rows = tx.execute(_SETTLE_ANY, {"now": now, "most": most}).all()
    to_users: dict[int, str] = {}
    expired: dict[int, str] = {}
    of_last_days: list[int] = []
    for user_id, password_id, threshold, state in rows:
        if state == ReminderState.QUEUED:
            events = expired if threshold == Threshold.TEMPORARY_EXPIRED else to_users
            events[user_id] = event_of(password_id, threshold)
            if threshold in MAILED_THRESHOLDS:
                of_last_days.append(user_id)
    return SettledReminders(len(rows), to_users, expired, of_last_days)
