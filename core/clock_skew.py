"""How far a stored moment is believed, in case a wrong clock has written it (B03)."""

from datetime import datetime, timedelta

# Clocks of several machines differ by seconds; Slack refuses what differs by more than this.
TOLERANCE = timedelta(minutes=5)
NOTHING = timedelta(0)


def is_too_far_ahead(moment: datetime | None, now: datetime, longest: timedelta = NOTHING) -> bool:
    """Return whether the moment lies further ahead than `longest`, which nothing ever does.

    A clock that was ahead has written it, or the clock has been set back since.
    """
    return moment is not None and moment > believed_until(now, longest)


def believed_until(now: datetime, longest: timedelta = NOTHING) -> datetime:
    """Return the last moment that is believed where no right one lies further than `longest`."""
    return now + longest + TOLERANCE
