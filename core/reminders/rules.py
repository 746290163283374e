"""The reminders of an expiring password, and the times at which they are due (R69, R70, C3, D6)."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import IntEnum, StrEnum
from typing import NamedTuple

from core.time_zones import zone_of

# Reminders are due at this hour of the user's own time zone (D6).
SEND_AT = time(9)
# Administrators everywhere get their digest at the same moment, so that there is one a day.
DIGEST_ZONE = "Europe/Brussels"


class Threshold(IntEnum):
    """The days before the expiry at which a reminder is due; -1 is for the digest after it."""

    FORTNIGHT = 14
    WEEK = 7
    DAY = 1
    EXPIRY = 0
    # A temporary password expired unused; the next digest tells the administrators (D4).
    TEMPORARY_EXPIRED = -1


# The reminders of a password that the user chose.
EXPIRY_THRESHOLDS = (Threshold.FORTNIGHT, Threshold.WEEK, Threshold.DAY, Threshold.EXPIRY)
# Those that go out by e-mail as well as by DM (R70, D6).
MAILED_THRESHOLDS = (Threshold.DAY, Threshold.EXPIRY)


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """A row of the ledger: one reminder of one password, due at a moment in UTC."""

    user_id: int
    password_id: int
    threshold: Threshold
    due_at: datetime


class ReminderState(StrEnum):
    """The state of a reminder."""

    WAITING = "waiting"
    QUEUED = "queued"
    # Not sent: a later one of the same password was due as well, or it was no longer of use.
    PASSED = "passed"


class ReminderKey(NamedTuple):
    """The primary key of a reminder."""

    user_id: int
    password_id: int
    threshold: int


def due_at(expires_at: datetime, threshold: Threshold, tz: str) -> datetime:
    """Return the moment in UTC: at nine in the user's time zone, some days before the expiry (D6).

    `tz` is an IANA name; an unknown one counts as UTC. `TEMPORARY_EXPIRED` is due with the next
    digest (D4).
    """
    if threshold == Threshold.TEMPORARY_EXPIRED:
        return next_digest(expires_at)
    zone = zone_of(tz)
    last_day = expires_at.astimezone(zone).date()
    day = last_day - timedelta(days=int(threshold))
    return datetime.combine(day, SEND_AT, tzinfo=zone).astimezone(UTC)


def next_digest(moment: datetime) -> datetime:
    """Return when, in UTC, the digest is sent that reports a password expired at `moment`."""
    zone = zone_of(DIGEST_ZONE)
    local = moment.astimezone(zone)
    day = local.date() + timedelta(days=int(local.time() > SEND_AT))
    return datetime.combine(day, SEND_AT, tzinfo=zone).astimezone(UTC)


def event_of(password_id: int, threshold: int) -> str:
    """Return the event of the reminder's delivery, unique among those about the same user."""
    return f"{password_id}:{threshold}"
