"""The SQL of reminders that a password expires: planned, queued and skipped ones."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, insert, select, update

from core.reminders.rules import PlannedReminder, ReminderState
from core.schema.reminders import is_waiting, reminders
from core.schema.users import not_removed, users
from core.store.prepared import Prepared

# Built once, because building a statement costs more than running it.
_OF_PASSWORD = select(reminders.c.threshold).where(
    reminders.c.user_id == bindparam("user"), reminders.c.password_id == bindparam("password")
)
_CANCEL = Prepared(delete(reminders).where(reminders.c.user_id == bindparam("user"), is_waiting))
_ADD = Prepared(insert(reminders))


def add(tx: Connection, planned: Iterable[PlannedReminder]) -> None:
    """Write planned reminders."""
    values = [
        {
            "user_id": reminder.user_id,
            "password_id": reminder.password_id,
            "threshold": reminder.threshold,
            "due_at": reminder.due_at,
            "state": ReminderState.WAITING,
        }
        for reminder in planned
    ]
    if values:
        _ADD.run(tx, values)


def known_thresholds(tx: Connection, user_id: int, password_id: int) -> set[int]:
    """Return the thresholds of the password that are in the ledger, sent or not."""
    return set(tx.scalars(_OF_PASSWORD, {"user": user_id, "password": password_id}))


def cancel(tx: Connection, user_id: int) -> None:
    """Delete the user's waiting reminders."""
    _CANCEL.run(tx, {"user": user_id})


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
        .where(reminders.c.threshold == reminder.threshold)
        .values(due_at=reminder.due_at)
    )


def upcoming(
    tx: Connection, until: datetime, after: PlannedReminder | None, most: int
) -> tuple[PlannedReminder, ...]:
    """Return a page of the reminders due until then that are still of use, beginning after `after`.

    They are sorted by moment, user and threshold.
    """
    order = (reminders.c.due_at, reminders.c.user_id, reminders.c.threshold)
    query = select(reminders).where(is_waiting, reminders.c.due_at <= until, user_still_needs_it())
    if after is not None:
        last = (after.due_at, after.user_id, after.threshold)
        query = query.where(_after(order, last))
    return tuple(map(_planned, tx.execute(query.order_by(*order).limit(most))))


def user_still_needs_it() -> ColumnElement[bool]:
    """Return the condition that the reminder is of the current password of a user who can use it.

    The user is neither removed nor blocked (D3, D14). For `EXISTS` PostgreSQL would read all
    users at once if it expected many reminders.
    """
    current_password = (
        select(users.c.password_id)
        .where(users.c.id == reminders.c.user_id, not_removed, users.c.blocked_at.is_(None))
        .scalar_subquery()
    )
    return reminders.c.password_id == current_password


def _of_user(user_id: int) -> Any:  # noqa: ANN401 - SQLAlchemy's own column expression
    return reminders.c.user_id == user_id


def _after(order: tuple[Any, Any, Any], last: tuple[Any, Any, Any]) -> Any:  # noqa: ANN401
    first, second, third = order
    return (first > last[0]) | (
        (first == last[0]) & ((second > last[1]) | ((second == last[1]) & (third > last[2])))
    )


def _planned(row: Row[Any]) -> PlannedReminder:
    return PlannedReminder(row.user_id, row.password_id, row.threshold, row.due_at)
