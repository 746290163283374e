"""Time zones by their IANA names; a name that this machine's tzdata lacks counts as UTC (B05)."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

UTC_NAME = "UTC"


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """Return the zone of this name, or UTC if this machine lacks it; Slack may know more names."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return ZoneInfo(UTC_NAME)


def known_or_utc(name: str | None) -> str:
    """Return the name if this machine knows the zone, or else "UTC"."""
    return zone_of(name or UTC_NAME).key


def days_between(earlier: datetime, later: datetime, tz: str) -> int:
    """Return the number of days from one date to the other, as the calendar in this zone has it."""
    zone = zone_of(tz)
    return (later.astimezone(zone).date() - earlier.astimezone(zone).date()).days
