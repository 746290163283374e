"""The SQL of reminders that a password expires: planned, queued and skipped ones."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    and_,
    bindparam,
    cast,
    delete,
    insert,
    literal_column,
    select,
    update,
)

from core.reminders.rules import PlannedReminder, Threshold
from core.schema.reminders import is_waiting, reminders
from core.schema.users import not_removed, users
from core.store.id_lists import is_one_of


class ReminderState(StrEnum):
    """The state of a reminder."""

    WAITING = "waiting"
    QUEUED = "queued"
    # Not sent: a later one of the same password was due as well, or it was no longer of use.
    PASSED = "passed"


_OF_PASSWORD = select(reminders.c.threshold).where(
    reminders.c.user_id == bindparam("user"), reminders.c.password_id == bindparam("password")
)
# As `core.reminders.rules.event_of` builds it.
_EVENT = cast(reminders.c.password_id, String) + ":" + cast(reminders.c.threshold, String)
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


def pass_over_useless(tx: Connection, user_ids: Iterable[int], now: datetime) -> int:
    """Write that due reminders of these users are of no use; return how many.

    Of several due ones of a password only the latest is of use, and none of them is if the user
    is removed or blocked or has another password by now (D3, D6, D14).
    """
    useless = _due(user_ids, now) & (_later_one_due(now) | ~_user_still_needs_it())
    return _settle(tx, useless, ReminderState.PASSED)


def due_to_users(user_ids: Iterable[int], now: datetime) -> Select[Any]:
    """Return the query for the due reminders that go to the users themselves.

    Its columns are `user_id`, `authority_id` and the `event` of the delivery: the password's id
    and the threshold, so that the reminder is queued once.
    """
    return (
        select(reminders.c.user_id, users.c.authority_id, _EVENT.label("event"))
        .join_from(reminders, users, users.c.id == reminders.c.user_id)
        .where(_due(user_ids, now), reminders.c.threshold != int(Threshold.LAPSED))
        .order_by(reminders.c.due_at, reminders.c.user_id)
    )


def lapsed(tx: Connection, user_ids: Iterable[int], now: datetime) -> tuple[PlannedReminder, ...]:
    """Return the due reminders of these users that a temporary password has lapsed."""
    query = select(reminders).where(
        _due(user_ids, now), reminders.c.threshold == int(Threshold.LAPSED)
    )
    return tuple(map(_planned, tx.execute(query)))


def mark_queued(tx: Connection, user_ids: Iterable[int], now: datetime) -> int:
    """Write that all due reminders of these users are queued; return how many."""
    return _settle(tx, _due(user_ids, now), ReminderState.QUEUED)


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


def _settle(tx: Connection, which: ColumnElement[bool], state: ReminderState) -> int:
    return tx.execute(update(reminders).where(which).values(state=state)).rowcount


def _due(user_ids: Iterable[int], now: datetime) -> ColumnElement[bool]:
    return and_(is_one_of(reminders.c.user_id, user_ids), is_waiting, reminders.c.due_at <= now)


def _later_one_due(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a later reminder of the same password is due as well."""
    later = reminders.alias("later")
    return (
        select(later.c.user_id)
        .where(later.c.user_id == reminders.c.user_id)
        .where(later.c.password_id == reminders.c.password_id)
        .where(later.c.threshold < reminders.c.threshold)
        .where(later.c.state == literal_column("'waiting'"), later.c.due_at <= now)
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


def _of_user(user_id: int) -> Any:  # noqa: ANN401 - SQLAlchemy's own column expression
    return reminders.c.user_id == user_id


def _after(order: tuple[Any, Any, Any], last: tuple[Any, Any, Any]) -> Any:  # noqa: ANN401
    first, second, third = order
    return (first > last[0]) | (
        (first == last[0]) & ((second > last[1]) | ((second == last[1]) & (third > last[2])))
    )


def _planned(row: Row[Any]) -> PlannedReminder:
    return PlannedReminder(row.user_id, row.password_id, Threshold(row.threshold), row.due_at)
