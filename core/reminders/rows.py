"""The ledger of reminders in the database: all its SQL, and nothing but."""

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
    """Where a reminder stands."""

    WAITING = "waiting"
    QUEUED = "queued"
    # A later one of the same password was due as well, or it would have been of no use.
    PASSED = "passed"


_OF_PASSWORD = select(reminders.c.threshold).where(
    reminders.c.user_id == bindparam("user"), reminders.c.password_id == bindparam("password")
)
_CANCEL = delete(reminders).where(reminders.c.user_id == bindparam("user"), is_waiting)


def add(tx: Connection, planned: Iterable[PlannedReminder]) -> None:
    """Write what is to be said one day."""
    values = [
        {
            "user_id": one.user_id,
            "password_id": one.password_id,
            "threshold": int(one.threshold),
            "due_at": one.due_at,
            "state": ReminderState.WAITING,
        }
        for one in planned
    ]
    if values:
        tx.execute(insert(reminders), values)


def known_thresholds(tx: Connection, user_id: int, password_id: int) -> set[int]:
    """Return the thresholds of the password that are in the ledger, said or not."""
    return set(tx.scalars(_OF_PASSWORD, {"user": user_id, "password": password_id}))


def cancel(tx: Connection, user_id: int) -> None:
    """Drop what is still to be said to the user."""
    tx.execute(_CANCEL, {"user": user_id})


def delete_all(tx: Connection, user_id: int) -> None:
    """Drop all that was or is to be said to the user."""
    tx.execute(delete(reminders).where(_is(user_id)))


def waiting_of(tx: Connection, user_id: int) -> tuple[PlannedReminder, ...]:
    """Return what is still to be said to the user."""
    return tuple(map(_due, tx.execute(select(reminders).where(_is(user_id), is_waiting))))


def reschedule(tx: Connection, one: PlannedReminder) -> None:
    """Write another moment for a reminder."""
    tx.execute(
        update(reminders)
        .where(_is(one.user_id), reminders.c.password_id == one.password_id)
        .where(reminders.c.threshold == int(one.threshold))
        .values(due_at=one.due_at)
    )


def users_due(tx: Connection, now: datetime, most: int) -> tuple[int, ...]:
    """Return up to `most` users to whom something is due, the longest overdue first."""
    found = (
        select(reminders.c.user_id)
        .where(is_waiting, reminders.c.due_at <= now)
        .order_by(reminders.c.due_at)
        # Those of one user that are due together count for one; a few too many are asked for.
        .limit(most)
    )
    return tuple(sorted(set(tx.scalars(found))))


def due_for(tx: Connection, user_ids: Iterable[int], now: datetime) -> tuple[PlannedReminder, ...]:
    """Return all that is due to these users."""
    found = select(reminders).where(
        reminders.c.user_id.in_(list(user_ids)), is_waiting, reminders.c.due_at <= now
    )
    return tuple(map(_due, tx.execute(found)))


def settle(
    tx: Connection, passed: Iterable[PlannedReminder], queued: Iterable[PlannedReminder]
) -> None:
    """Write what became of those that were due."""
    one = (
        update(reminders)
        .where(reminders.c.user_id == bindparam("of_user"))
        .where(reminders.c.password_id == bindparam("of_password"))
        .where(reminders.c.threshold == bindparam("of_threshold"))
        .values(state=bindparam("new_state"))
    )
    values = [
        {
            "of_user": due.user_id,
            "of_password": due.password_id,
            "of_threshold": int(due.threshold),
            "new_state": state,
        }
        for state, those in ((ReminderState.PASSED, passed), (ReminderState.QUEUED, queued))
        for due in those
    ]
    # Of what several processes found at once, the later ones find it settled.
    if values:
        tx.execute(one, values)


def upcoming(
    tx: Connection, until: datetime, after: PlannedReminder | None, most: int
) -> tuple[PlannedReminder, ...]:
    """Return a page of what is due until then, in its order; `after` is the last one seen."""
    place = (reminders.c.due_at, reminders.c.user_id, reminders.c.threshold)
    query = select(reminders).where(is_waiting, reminders.c.due_at <= until)
    if after is not None:
        last = (after.due_at, after.user_id, int(after.threshold))
        query = query.where(_beyond(place, last))
    return tuple(map(_due, tx.execute(query.order_by(*place).limit(most))))


def _is(user_id: int) -> Any:  # noqa: ANN401 - SQLAlchemy's own column expression
    return reminders.c.user_id == user_id


def _beyond(place: tuple[Any, Any, Any], last: tuple[Any, Any, Any]) -> Any:  # noqa: ANN401
    first, second, third = place
    return (first > last[0]) | (
        (first == last[0]) & ((second > last[1]) | ((second == last[1]) & (third > last[2])))
    )


def _due(row: Row[Any]) -> PlannedReminder:
    return PlannedReminder(row.user_id, row.password_id, Threshold(row.threshold), row.due_at)
