"""The SQL of reminders that a password expires: planned, queued and skipped ones."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    bindparam,
    case,
    delete,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from core.reminders.rules import PlannedReminder, Threshold, event_of
from core.schema.reminders import is_waiting, reminders
from core.schema.users import not_removed, users
from core.store.id_lists import is_one_of_parameter
from core.store.locks import needs_locks


class ReminderState(StrEnum):
    """The state of a reminder."""

    WAITING = "waiting"
    QUEUED = "queued"
    # Not sent: a later one of the same password was due as well, or it was no longer of use.
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class SettledReminders:
    """The number of reminders that were queued or are of no use, and the queued ones.

    `to_users` and `lapsed` hold the event of each delivery by the user's id: of reminders to the
    users themselves, and of those that a temporary password has lapsed. A user has at most one
    reminder of use, the latest due one of the current password.
    """

    number: int
    to_users: Mapping[int, str]
    lapsed: Mapping[int, str]


_NOW = bindparam("now", type_=reminders.c.due_at.type)


def _later_one_due() -> ColumnElement[bool]:
    """Return the condition that a later reminder of the same password is due as well."""
    later = reminders.alias("later")
    return (
        select(later.c.user_id)
        .where(later.c.user_id == reminders.c.user_id)
        .where(later.c.password_id == reminders.c.password_id)
        .where(later.c.threshold < reminders.c.threshold)
        .where(later.c.state == literal_column("'waiting'"), later.c.due_at <= _NOW)
        .exists()
    )


def _user_still_needs_it() -> ColumnElement[bool]:
    """Return the condition that the reminder is of the current password of a user who can use it.

    The user is neither removed nor blocked (D3, D14).
    """
    return (
        select(users.c.id)
        .where(users.c.id == reminders.c.user_id, users.c.password_id == reminders.c.password_id)
        .where(not_removed, users.c.blocked_at.is_(None))
        .exists()
    )


def _settlement(*conditions: ColumnElement[bool]) -> ReturningUpdate[Any]:
    """Return the statement of `settle_due`, for due reminders that meet the conditions.

    The subquery decides of all reminders which are of use before any of them is changed.
    """
    key = (reminders.c.user_id, reminders.c.password_id, reminders.c.threshold)
    is_useful = ~_later_one_due() & _user_still_needs_it()
    due = (
        select(*key, is_useful.label("is_useful"))
        .where(is_waiting, reminders.c.due_at <= _NOW, *conditions)
        .order_by(reminders.c.due_at)
        # A literal, because PostgreSQL's plan depends on it.
        .limit(bindparam("most", type_=Integer, literal_execute=True))
        .subquery("due")
    )
    state = case((due.c.is_useful, ReminderState.QUEUED), else_=ReminderState.PASSED)
    return (
        update(reminders)
        .where(*[column == due.c[column.name] for column in key])
        .values(state=state)
        .returning(*key, reminders.c.state)
    )


# Built once, because building a statement costs more than running it.
_SETTLE_ANY = _settlement()
_SETTLE_OF_LOCKED = _settlement(is_one_of_parameter(reminders.c.user_id, "user_ids"))
_USERS_DUE = (
    select(reminders.c.user_id)
    .where(is_waiting, reminders.c.due_at <= _NOW)
    .order_by(reminders.c.due_at)
    .limit(bindparam("most", type_=Integer))
)
_OF_PASSWORD = select(reminders.c.threshold).where(
    reminders.c.user_id == bindparam("user"), reminders.c.password_id == bindparam("password")
)
_CANCEL = delete(reminders).where(reminders.c.user_id == bindparam("user"), is_waiting)


def add(tx: Connection, planned: Iterable[PlannedReminder]) -> None:
    """Write planned reminders."""
    values = [
        {
            "user_id": reminder.user_id,
            "password_id": reminder.password_id,
            "threshold": int(reminder.threshold),
            "due_at": reminder.due_at,
            "state": ReminderState.WAITING,
        }
        for reminder in planned
    ]
    if values:
        tx.execute(insert(reminders), values)


def known_thresholds(tx: Connection, user_id: int, password_id: int) -> set[int]:
    """Return the thresholds of the password that are in the ledger, sent or not."""
    return set(tx.scalars(_OF_PASSWORD, {"user": user_id, "password": password_id}))


def cancel(tx: Connection, user_id: int) -> None:
    """Delete the user's waiting reminders."""
    tx.execute(_CANCEL, {"user": user_id})


def delete_all(tx: Connection, user_id: int) -> None:
    """Delete all of the user's reminders, sent or not."""
    tx.execute(delete(reminders).where(_of_user(user_id)))


def waiting_of(tx: Connection, user_id: int) -> tuple[PlannedReminder, ...]:
    """Return the user's waiting reminders."""
    return tuple(map(_planned, tx.execute(select(reminders).where(_of_user(user_id), is_waiting))))


def reschedule(tx: Connection, reminder: PlannedReminder) -> None:
    """Write the reminder's new moment."""
    tx.execute(
        update(reminders)
        .where(_of_user(reminder.user_id), reminders.c.password_id == reminder.password_id)
        .where(reminders.c.threshold == int(reminder.threshold))
        .values(due_at=reminder.due_at)
    )


def users_due(tx: Connection, now: datetime, most: int) -> tuple[int, ...]:
    """Return up to `most` ids of users with a due reminder, the longest overdue ones."""
    # Several due reminders of one user become one id, so that it may be fewer.
    return tuple(sorted(set(tx.scalars(_USERS_DUE, {"now": now, "most": most}))))


def settle_due(
    tx: Connection, user_ids: Iterable[int], now: datetime, most: int
) -> SettledReminders:
    """Write of up to `most` due reminders that they are queued, or of no use.

    They are those of these users, who are locked; where no locks are needed, they are of any user.

    Of several due ones of a password only the latest is of use, and none of them is if the user
    is removed or blocked or has another password by now (D3, D6, D14).
    """
    values: dict[str, Any] = {"now": now, "most": most}
    statement = _SETTLE_ANY
    if needs_locks(tx):
        statement, values["user_ids"] = _SETTLE_OF_LOCKED, json.dumps(list(user_ids))
    rows = tx.execute(statement, values).all()
    to_users: dict[int, str] = {}
    lapsed: dict[int, str] = {}
    for user_id, password_id, threshold, state in rows:
        if state == ReminderState.QUEUED:
            events = lapsed if threshold == Threshold.LAPSED else to_users
            events[user_id] = event_of(password_id, threshold)
    return SettledReminders(len(rows), to_users, lapsed)


def upcoming(
    tx: Connection, until: datetime, after: PlannedReminder | None, most: int
) -> tuple[PlannedReminder, ...]:
    """Return a page of the reminders due until then that are still of use, beginning after `after`.

    They are sorted by moment, user and threshold.
    """
    order = (reminders.c.due_at, reminders.c.user_id, reminders.c.threshold)
    query = select(reminders).where(is_waiting, reminders.c.due_at <= until, _user_still_needs_it())
    if after is not None:
        last = (after.due_at, after.user_id, int(after.threshold))
        query = query.where(_after(order, last))
    return tuple(map(_planned, tx.execute(query.order_by(*order).limit(most))))


def _of_user(user_id: int) -> Any:  # noqa: ANN401 - SQLAlchemy's own column expression
    return reminders.c.user_id == user_id


def _after(order: tuple[Any, Any, Any], last: tuple[Any, Any, Any]) -> Any:  # noqa: ANN401
    first, second, third = order
    return (first > last[0]) | (
        (first == last[0]) & ((second > last[1]) | ((second == last[1]) & (third > last[2])))
    )


def _planned(row: Row[Any]) -> PlannedReminder:
    return PlannedReminder(row.user_id, row.password_id, Threshold(row.threshold), row.due_at)
