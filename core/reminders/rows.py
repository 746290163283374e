"""The SQL of reminders that a password expires: planned, queued and skipped ones."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from core.reminders.rules import PlannedReminder, Threshold
from core.schema.reminders import is_waiting, reminders


class ReminderState(StrEnum):
    """The state of a reminder."""

    WAITING = "waiting"
    QUEUED = "queued"
    # Not sent: a later one of the same password was due as well, or it was no longer of use.
    PASSED = "passed"


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
    found = (
        select(reminders.c.user_id)
        .where(is_waiting, reminders.c.due_at <= now)
        .order_by(reminders.c.due_at)
        # Several due reminders of one user become one id below, so that it may be fewer.
        .limit(most)
    )
    return tuple(sorted(set(tx.scalars(found))))


def due_for(tx: Connection, user_ids: Iterable[int], now: datetime) -> tuple[PlannedReminder, ...]:
    """Return all due reminders of these users."""
    found = select(reminders).where(
        reminders.c.user_id.in_(list(user_ids)), is_waiting, reminders.c.due_at <= now
    )
    return tuple(map(_planned, tx.execute(found)))


def settle(
    tx: Connection, passed: Iterable[PlannedReminder], queued: Iterable[PlannedReminder]
) -> None:
    """Write which of the due reminders were queued, and which were passed over."""
    statement = (
        update(reminders)
        .where(reminders.c.user_id == bindparam("of_user"))
        .where(reminders.c.password_id == bindparam("of_password"))
        .where(reminders.c.threshold == bindparam("of_threshold"))
        .values(state=bindparam("new_state"))
    )
    values = [
        {
            "of_user": reminder.user_id,
            "of_password": reminder.password_id,
            "of_threshold": int(reminder.threshold),
            "new_state": state,
        }
        for state, settled in ((ReminderState.PASSED, passed), (ReminderState.QUEUED, queued))
        for reminder in settled
    ]
    if values:
        tx.execute(statement, values)


def upcoming(
    tx: Connection, until: datetime, after: PlannedReminder | None, most: int
) -> tuple[PlannedReminder, ...]:
    """Return a page of the reminders due until then, in their order, beginning after `after`."""
    order = (reminders.c.due_at, reminders.c.user_id, reminders.c.threshold)
    query = select(reminders).where(is_waiting, reminders.c.due_at <= until)
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
