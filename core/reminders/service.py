"""Plans the reminders that a password expires, and queues those that are due (R69, R70, D6)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection

from core.deliveries.rows import to_users
from core.deliveries.rules import DeliveryKind
from core.policy import Policy
from core.reminders import expiry_digests, mail_copies, rows, settlement
from core.reminders.rules import (
    PlannedReminder,
    Threshold,
    due_at,
    expiry_thresholds,
    moved_to_zone,
)
from core.store.locks import needs_locks
from core.users.member_time_zones import time_zone_of
from core.users.rows import users
from core.users.rules import User


@dataclass(frozen=True, slots=True)
class UpcomingReminder:
    """A reminder that will be sent, and the user it is about."""

    due: PlannedReminder
    user: User


def plan(tx: Connection, user_id: int, policy: Policy) -> None:
    """Plan the reminders of the user's password, and cancel those of an earlier password (D6).

    Reminders of this password that were sent before are not planned again, so that a user who is
    removed and restored gets none twice.
    """
    rows.cancel(tx, user_id)
    user = users.find(tx, user_id)
    if user is None or user.password_id is None or user.status.expires_at is None:
        return
    known = rows.known_thresholds(tx, user.id, user.password_id)
    _add(tx, user, time_zone_of(tx, user), policy, known)


def plan_for_new_password(tx: Connection, user: User, tz: str, policy: Policy) -> None:
    """Do as `plan` for a user who was given this password just now, in this time zone of theirs."""
    rows.cancel(tx, user.id)
    _add(tx, user, tz, policy)


def _add(
    tx: Connection, user: User, tz: str, policy: Policy, known: Collection[int] = frozenset()
) -> None:
    """Plan the reminders of the user's password, which the caller knows to be there.

    Those that would have been due before the password was chosen are left out.
    """
    password_id = cast("int", user.password_id)
    expires_at = cast("datetime", user.status.expires_at)
    made_at = cast("datetime", user.status.password_made_at)
    wanted = (Threshold.TEMPORARY_EXPIRED,) if user.status.temporary else expiry_thresholds(policy)
    planned = (
        PlannedReminder(user.id, password_id, int(one), moment)
        for one in wanted
        if one not in known
        and (moment := due_at(expires_at, one, tz, policy.reminder_hour)) > made_at
    )
    rows.add(tx, planned)


def cancel(tx: Connection, user_id: int) -> None:
    """Cancel the user's planned reminders, because the password is void or the user is removed."""
    rows.cancel(tx, user_id)


def reschedule(tx: Connection, before: User) -> None:
    """Adapt the planned reminders to the time zone of the member whom the user was just linked to.

    `before` is the user with the earlier member, who is not forgotten yet.
    """
    waiting = rows.waiting_of(tx, before.id)
    user = users.find(tx, before.id) if waiting else None
    if user is not None:
        _move(tx, waiting, user, time_zone_of(tx, before), time_zone_of(tx, user))


def adapt_to_zone(tx: Connection, user: User, before: str, tz: str) -> None:
    """Adapt the planned reminders of a user, as they are stored, to this time zone of theirs.

    `before` is their time zone until now.
    """
    _move(tx, rows.waiting_of(tx, user.id), user, before, tz)


def _move(
    tx: Connection, waiting: Iterable[PlannedReminder], user: User, before: str, tz: str
) -> None:
    if user.status.expires_at is None:
        return
    for reminder in waiting:
        moved = moved_to_zone(reminder, user.status.expires_at, before, tz)
        if moved != reminder:
            rows.reschedule(tx, moved)


def queue_due(tx: Connection, now: datetime, most: int) -> int:
    """Queue up to `most` due reminders; return how many were queued or skipped.

    If several reminders of one password are due, as after an outage, only the latest is sent. None
    is sent about a user who is removed or blocked, or has another password by now. Several
    processes may do this at once, because each user is locked.
    """
    # Where no locks are needed, one reminder suffices to know that any is due.
    due = settlement.find_due(tx, now, most if needs_locks(tx) else 1)
    if not due:
        return 0
    users.lock_all(tx, {key.user_id for key in due})
    settled = settlement.settle_due(tx, due, now, most)
    to_users.add_to_users(tx, DeliveryKind.REMINDER, settled.to_users, now)
    mail_copies.add_to_reminders(tx, settled.of_last_days, now)
    expiry_digests.queue(tx, settled.expired, now)
    return settled.number


def upcoming(
    tx: Connection, until: datetime, after: PlannedReminder | None, most: int
) -> tuple[UpcomingReminder, ...]:
    """Return a page of the reminders that will be sent until then, in their order.

    `after` is the last one of the previous page. Reminders that no longer apply are left out; an
    empty page is the end.
    """
    page = rows.upcoming(tx, until, after, most)
    found = users.find_all(tx, {reminder.user_id for reminder in page})
    of_user = {user.id: user for user in found}
    return tuple(UpcomingReminder(reminder, of_user[reminder.user_id]) for reminder in page)
