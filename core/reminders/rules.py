"""When a password's reminders are due (R69, R70, C3, D6); pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import IntEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

# The hour at which people read, in their own time zone (D6).
SEND_AT = time(9)


class Threshold(IntEnum):
    """What a reminder is about: so many days before the password expires, or what follows then."""

    FORTNIGHT = 14
    WEEK = 7
    DAY = 1
    EXPIRY = 0
    # A temporary password that nobody used has run out; the administrators hear of that (D4).
    LAPSED = -1


# What the user hears of a password of their own.
EXPIRY_THRESHOLDS = (Threshold.FORTNIGHT, Threshold.WEEK, Threshold.DAY, Threshold.EXPIRY)


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """A row of the ledger: one reminder of one password, due at a moment in UTC."""

    user_id: int
    password_id: int
    threshold: Threshold
    due_at: datetime


def due_at(expires_at: datetime, threshold: Threshold, tz: str) -> datetime:
    """Return the moment in UTC: at nine of the user's clock, so many days before the last one (D6).

    `tz` is an IANA name; an unknown one counts as UTC. A lapse is due when it happens.
    """
    if threshold == Threshold.LAPSED:
        return expires_at.astimezone(UTC)
    zone = _zone(tz)
    last_day = expires_at.astimezone(zone).date()
    day = last_day - timedelta(days=int(threshold))
    return datetime.combine(day, SEND_AT, tzinfo=zone).astimezone(UTC)


def latest(due: tuple[PlannedReminder, ...]) -> PlannedReminder:
    """Return the one of a password's due reminders that is still worth saying."""
    return min(due, key=lambda one: one.threshold)


@lru_cache(maxsize=1024)
def _zone(tz: str) -> ZoneInfo:
    try:
        return ZoneInfo(tz)
    except (ValueError, OSError, KeyError):
        return ZoneInfo("UTC")
