"""Detects that the system clock was set, by comparing it with the monotonic clock."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

# Smaller differences come from clocks that are adjusted by running a little faster or slower.
SMALLEST_STEP = timedelta(seconds=2)


class ClockSteps:
    """Compares the system clock with a monotonic one at each call."""

    def __init__(
        self, clock: Callable[[], datetime], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._last = clock(), monotonic()

    def since_last_call(self) -> timedelta:
        """Return by how much the clock was set since the last call; zero if it was not.

        It is negative if the clock was set back.
        """
        (moment, seconds), self._last = self._last, (self._clock(), self._monotonic())
        step = self._last[0] - moment - timedelta(seconds=self._last[1] - seconds)
        return step if abs(step) >= SMALLEST_STEP else timedelta(0)
