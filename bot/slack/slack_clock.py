"""Measures how far this machine's clock is ahead of Slack's, and logs a notable difference."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import structlog

from core.health.rules import NOTABLE_CLOCK_DIFFERENCE

log = structlog.get_logger()

LOG_EVERY_SECONDS = 10 * 60


class SlackClock:
    """Keeps the newest measurement, and logs a notable difference once in ten minutes."""

    def __init__(
        self, now: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._now = now
        self._monotonic = monotonic
        self._logged_at: float | None = None
        # Positive if this machine's clock is ahead of Slack's.
        self.ahead: timedelta | None = None

    def compare_answer(self, headers: Mapping[str, Any]) -> None:
        """Compare with the `Date` header of one of Slack's answers, if it has one."""
        ahead = ahead_of(headers, self._now())
        if ahead is not None:
            self.compare(ahead)

    def compare(self, ahead: timedelta) -> None:
        """Record how far this machine's clock is ahead."""
        self.ahead = ahead
        if abs(ahead) <= NOTABLE_CLOCK_DIFFERENCE:
            return
        now = self._monotonic()
        if self._logged_at is None or now - self._logged_at >= LOG_EVERY_SECONDS:
            self._logged_at = now
            log.warning("clock_differs_from_slacks", seconds_ahead=round(ahead.total_seconds()))


def ahead_of(headers: Mapping[str, Any], now: float) -> timedelta | None:
    """Return how far `now`, in Unix seconds, is ahead of the `Date` header; None without one."""
    dates = [str(value) for name, value in headers.items() if name.lower() == "date"]
    try:
        return timedelta(seconds=now - parsedate_to_datetime(dates[0]).timestamp())
    except (IndexError, ValueError):
        return None
