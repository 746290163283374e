"""Time zones by their IANA names; one that this machine's tzdata lacks counts as UTC (B05)."""

from functools import lru_cache
from zoneinfo import ZoneInfo

UTC_NAME = "UTC"


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """Return the zone of this name; Slack knows names that this machine does not."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return ZoneInfo(UTC_NAME)


def known_or_utc(name: str | None) -> str:
    """Return the name of a zone that this machine knows, which is "UTC" if it lacks this one."""
    return zone_of(name or UTC_NAME).key
