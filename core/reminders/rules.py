"""The reminders of an expiring password, and the times at which they are due (R69, R70, C3, D6)."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import IntEnum, StrEnum
from typing import NamedTuple

from core.policy import Policy
from core.time_zones import zone_of

# Administrators everywhere get their digest at the same moment, so that there is one a day.
DIGEST_ZONE = "Europe/Brussels"


class Threshold(IntEnum):
    """The thresholds that are no setting; a threshold is the number of days before the expiry."""

    DAY = 1
    EXPIRY = 0
    # A temporary password expired unused; the next digest tells the administrators (D4).
    TEMPORARY_EXPIRED = -1


# The reminders that go out by e-mail as well as by DM (R70, D6).
MAILED_THRESHOLDS = (Threshold.DAY, Threshold.EXPIRY)


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """A row of the ledger: one reminder of one password, due at a moment in UTC."""

    user_id: int
    password_id: int
    threshold: int
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


def expiry_thresholds(policy: Policy) -> tuple[int, ...]:
    """Return the thresholds of a password that the user chose: the set days, and the expiry."""
    return (*policy.reminder_days, Threshold.EXPIRY)


def due_at(expires_at: datetime, threshold: int, tz: str, hour: int) -> datetime:
    """Return the moment in UTC: at that hour in the user's zone, some days before the expiry (D6).

    `tz` is an IANA name; an unknown one counts as UTC. `TEMPORARY_EXPIRED` is due with the next
    digest (D4).
    """
    if threshold == Threshold.TEMPORARY_EXPIRED:
        return next_digest(expires_at, hour)
    zone = zone_of(tz)
    last_day = expires_at.astimezone(zone).date()
    return datetime.combine(last_day - timedelta(threshold), time(hour), zone).astimezone(UTC)


def next_digest(moment: datetime, hour: int) -> datetime:
    """Return when, in UTC, the digest is sent that reports a password expired at `moment`."""
    zone, send_at = zone_of(DIGEST_ZONE), time(hour)
    local = moment.astimezone(zone)
    day = local.date() + timedelta(days=int(local.time() > send_at))
    return datetime.combine(day, send_at, zone).astimezone(UTC)


def digest_day(moment: datetime) -> str:
    """Return the day of the digest that is sent at this moment."""
    return f"{moment.astimezone(zone_of(DIGEST_ZONE)):%Y-%m-%d}"


def moved_to_zone(
    reminder: PlannedReminder, expires_at: datetime, before: str, tz: str
) -> PlannedReminder:
    """Return the reminder at the same hour of the zone `tz` as it was of the zone before.

    `TEMPORARY_EXPIRED` is due with the digest, which is sent everywhere at the same moment.
    """
    if reminder.threshold == Threshold.TEMPORARY_EXPIRED:
        return reminder
    hour = reminder.due_at.astimezone(zone_of(before)).hour
    return replace(reminder, due_at=due_at(expires_at, reminder.threshold, tz, hour))


def event_of(password_id: int, threshold: int) -> str:
    """Return the event of the reminder's delivery, unique among those about the same user."""
    return f"{password_id}:{threshold}"
