"""Planning reminders when a password is made, and queueing those that are due (R69, R70, D6)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from core.deliveries import service as deliveries
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.reminders import rows
from core.reminders.rules import EXPIRY_THRESHOLDS, PlannedReminder, Threshold, due_at, latest
from core.users.reset_permissions import reset_approvers
from core.users.rows import users
from core.users.rules import User
from core.users.timezones import time_zone_of


@dataclass(frozen=True, slots=True)
class UpcomingReminder:
    """A reminder that will be sent, and to whom."""

    due: PlannedReminder
    user: User


def plan(tx: Connection, user_id: int) -> None:
    """Plan the reminders of the user's password, in place of those of an earlier one (D6).

    What was said of this password already is not planned again: a user removed and restored hears
    nothing twice.
    """
    rows.cancel(tx, user_id)
    user = users.find(tx, user_id)
    if user is None or user.password_id is None or user.status.expires_at is None:
        return
    known = rows.known_thresholds(tx, user.id, user.password_id)
    wanted = (Threshold.LAPSED,) if user.status.temporary else EXPIRY_THRESHOLDS
    tz, expires_at = time_zone_of(tx, user), user.status.expires_at
    rows.add(
        tx,
        [
            PlannedReminder(user.id, user.password_id, threshold, due_at(expires_at, threshold, tz))
            for threshold in wanted
            if threshold not in known
        ],
    )


def cancel(tx: Connection, user_id: int) -> None:
    """Say nothing more of the password the user has now: it is void, or they are gone."""
    rows.cancel(tx, user_id)


def reschedule(tx: Connection, user_id: int) -> None:
    """Bring what is planned in line with the user's time zone; called where that may change."""
    waiting = rows.waiting_of(tx, user_id)
    user = users.find(tx, user_id) if waiting else None
    if user is None or user.status.expires_at is None:
        return
    tz = time_zone_of(tx, user)
    for one in waiting:
        moment = due_at(user.status.expires_at, one.threshold, tz)
        if moment != one.due_at:
            rows.reschedule(tx, replace(one, due_at=moment))


def queue_due(tx: Connection, now: datetime, most: int) -> int:
    """Queue what is due to up to `most` users; return how many reminders the ledger settled.

    Of several of one password only the latest is said, as after an outage; none to a user who is
    removed or blocked, or whose password is another one by now. Several processes may do this at
    once: each user is locked.
    """
    found = rows.users_due(tx, now, most)
    if not found:
        return 0
    here = {user.id: user for user in users.lock_all(tx, found)}
    due = rows.due_for(tx, found, now)
    said = [one for one in _latest(due) if _is_of_use(one, here.get(one.user_id))]
    wishes = [wish for one in said for wish in _wishes(tx, here[one.user_id], one)]
    deliveries.queue(tx, wishes, now)
    rows.settle(tx, set(due) - set(said), said)
    return len(due)


def upcoming(
    tx: Connection, until: datetime, after: PlannedReminder | None, most: int
) -> tuple[UpcomingReminder, ...]:
    """Return a page of the reminders that will be sent until then, in their order.

    `after` is the last one of the page before. One of no use is not in it, so a page may be short;
    it is empty only where nothing more comes.
    """
    while page := rows.upcoming(tx, until, after, most):
        here = {user.id: user for user in users.find_all(tx, {one.user_id for one in page})}
        of_use = [one for one in page if _is_of_use(one, here.get(one.user_id))]
        if of_use:
            return tuple(UpcomingReminder(one, here[one.user_id]) for one in of_use)
        after = page[-1]
    return ()


def _latest(due: Iterable[PlannedReminder]) -> list[PlannedReminder]:
    of_password: dict[tuple[int, int], list[PlannedReminder]] = {}
    for one in due:
        of_password.setdefault((one.user_id, one.password_id), []).append(one)
    return [latest(tuple(those)) for those in of_password.values()]


def _is_of_use(one: PlannedReminder, user: User | None) -> bool:
    if user is None or user.removed_at is not None or user.password_id != one.password_id:
        return False
    return user.status.blocked_at is None


def _wishes(tx: Connection, user: User, one: PlannedReminder) -> list[NewDelivery]:
    event = f"{one.password_id}:{int(one.threshold)}"
    if one.threshold != Threshold.LAPSED:
        return [_wish(DeliveryKind.REMINDER, user, user.id, event)]
    return [_wish(DeliveryKind.LAPSED, user, to.id, event) for to in reset_approvers(tx, user)]


def _wish(kind: DeliveryKind, user: User, recipient_id: int, event: str) -> NewDelivery:
    return NewDelivery(kind, user.authority_id, user.id, recipient_id=recipient_id, event=event)
