"""Detects stored times so far in the future that a wrong clock must have written them (B03)."""

from datetime import datetime, timedelta

# Clocks of several machines differ by seconds; Slack refuses what differs by more than this.
TOLERANCE = timedelta(minutes=5)
NOTHING = timedelta(0)


def is_too_far_ahead(moment: datetime | None, now: datetime, longest: timedelta = NOTHING) -> bool:
    """Return whether the time lies further in the future than `longest`, the furthest right one.

    Then a clock that was ahead wrote it, or the clock has been set back since.
    """
    return moment is not None and moment > believed_until(now, longest)


def believed_until(now: datetime, longest: timedelta = NOTHING) -> datetime:
    """Return the latest time that is believed, `longest` after `now` and a tolerance."""
    return now + longest + TOLERANCE
