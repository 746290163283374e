"""The SQL that finds and corrects times stored by a clock that was ahead (B03).

The times of outbox rows are corrected in `core/deliveries/rows/leases.py`.
"""

from datetime import datetime, timedelta

from sqlalchemy import Column, ColumnElement, Connection, Row, Table, delete, select, update

from core.clock_skew import believed_until
from core.policy import Policy
from core.schema.authorities import authorities, authority_drafts
from core.schema.deliveries import deliveries
from core.schema.leavers import leavers
from core.schema.members import members
from core.schema.passwords import passwords
from core.schema.reminders import is_waiting, reminders
from core.schema.resets import is_open, reset_requests
from core.schema.sessions import sessions
from core.schema.users import not_removed, users
from core.schema.warnings import warnings
from core.warnings.rules import DAYS_BETWEEN_LATER_WARNINGS

# Moments at which something was done, from which the next step is counted: never in the future.
_DONE: tuple[tuple[Table, Column[datetime]], ...] = (
    (users, users.c.registered_at),
    (users, users.c.removed_at),
    (authorities, authorities.c.registered_at),
    (authorities, authorities.c.confirmed_at),
    (authorities, authorities.c.review_requested_at),
    (authority_drafts, authority_drafts.c.changed_at),
    (members, members.c.seen_at),
)
LONGEST_WARNING_PAUSE = timedelta(days=DAYS_BETWEEN_LATER_WARNINGS)


def is_any_wrong(tx: Connection, policy: Policy, now: datetime) -> bool:
    """Return whether a time lies too far in the future, in any table except the deliveries."""
    wrong = (
        *((table, column > believed_until(now)) for table, column in _DONE),
        (reset_requests, _requested_ahead(now)),
        (passwords, passwords.c.made_at > believed_until(now)),
        (reminders, _settled_early(now)),
        (leavers, _asked_too_late(policy, now)),
        (warnings, _warned_too_late(now)),
        (sessions, _opened_ahead(policy, now)),
    )
    return any(
        tx.execute(select(1).select_from(table).where(condition).limit(1)).first() is not None
        for table, condition in wrong
    )


def correct_done(tx: Connection, now: datetime) -> None:
    """Set to `now` the times of past acts that lie in the future."""
    for table, column in _DONE:
        tx.execute(update(table).where(column > believed_until(now)).values({column.name: now}))
    requested = update(reset_requests).where(_requested_ahead(now))
    tx.execute(requested.values(requested_at=now))


def correct_pauses(tx: Connection, policy: Policy, now: datetime) -> None:
    """Shorten waits that are too long, and end sessions that were opened in the future.

    A gap whose next warning is too far ahead is deleted: the job that finds gaps finds it again.
    """
    ask_at = now + timedelta(days=policy.leaver_days)
    tx.execute(update(leavers).where(_asked_too_late(policy, now)).values(ask_at=ask_at))
    tx.execute(delete(warnings).where(_warned_too_late(now)))
    tx.execute(delete(sessions).where(_opened_ahead(policy, now)))


def passwords_made_ahead(tx: Connection, now: datetime) -> list[Row[tuple[int, int, bool]]]:
    """Return the passwords made in the future: id, user's id, and whether they are temporary."""
    made_ahead = passwords.c.made_at > believed_until(now)
    query = select(passwords.c.id, passwords.c.user_id, passwords.c.temporary).where(made_ahead)
    return list(tx.execute(query))


def date_password(tx: Connection, password_id: int, now: datetime, expires_at: datetime) -> None:
    """Write that the password was made now, and when it expires."""
    dated = update(passwords).where(passwords.c.id == password_id)
    tx.execute(dated.values(made_at=now, expires_at=expires_at))


def plan_early_reminders_again(tx: Connection, now: datetime) -> None:
    """Set back to waiting the reminders that a clock that was ahead handled too early (D6).

    Their queued deliveries are deleted. Those already sent are kept under another key, so that
    the reminder can be sent again when it is due.
    """
    query = select(reminders.c.user_id, reminders.c.password_id, reminders.c.threshold)
    for row in tx.execute(query.where(_settled_early(now))).all():
        event = f"{row.password_id}:{row.threshold}"
        about = (deliveries.c.user_id == row.user_id) & (deliveries.c.event == event)
        tx.execute(delete(deliveries).where(about, deliveries.c.state == "waiting"))
        for sent in tx.execute(select(deliveries.c.id, deliveries.c.key).where(about)).all():
            renamed = {"event": f"{event}:early", "key": f"{sent.key}:early{sent.id}"}
            tx.execute(update(deliveries).where(deliveries.c.id == sent.id).values(renamed))
    again = update(reminders).where(_settled_early(now))
    tx.execute(again.values(state="waiting"))


def _requested_ahead(now: datetime) -> ColumnElement[bool]:
    return is_open & (reset_requests.c.requested_at > believed_until(now))


def _asked_too_late(policy: Policy, now: datetime) -> ColumnElement[bool]:
    return leavers.c.ask_at > believed_until(now, timedelta(days=policy.leaver_days))


def _warned_too_late(now: datetime) -> ColumnElement[bool]:
    return warnings.c.next_at > believed_until(now, LONGEST_WARNING_PAUSE)


def _opened_ahead(policy: Policy, now: datetime) -> ColumnElement[bool]:
    return sessions.c.opened_at > believed_until(now, timedelta(hours=policy.session_hours))


def _settled_early(now: datetime) -> ColumnElement[bool]:
    of_current_password = (
        select(users.c.id)
        .where(users.c.id == reminders.c.user_id, not_removed)
        .where(users.c.password_id == reminders.c.password_id)
        .exists()
    )
    return ~is_waiting & (reminders.c.due_at > believed_until(now)) & of_current_password
