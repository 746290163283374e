"""The sandbox's clock, which runs in real time from a chosen start and can be moved forward."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta


class SandboxClock:
    """Starts at `start` (an aware datetime, by default the present) and runs in real time."""

    def __init__(self, start: datetime | None = None) -> None:
        self._start = (start or datetime.now(UTC)).astimezone(UTC)
        self._started = time.monotonic()
        self._advanced = timedelta()
        self._wakers: set[asyncio.Event] = set()

    def now(self) -> datetime:
        """Return the sandbox's time as an aware datetime in UTC."""
        return self._start + timedelta(seconds=time.monotonic() - self._started) + self._advanced

    def advance(self, step: timedelta) -> None:
        """Move the clock forward and wake all sleepers; ValueError if `step` is negative."""
        if step < timedelta():
            raise ValueError("a sandbox clock moves forward only")
        self._advanced += step
        for waker in self._wakers:
            waker.set()

    async def sleep_until(self, until: datetime) -> None:
        """Sleep until this clock shows `until`, whether it ran there or was moved."""
        waker = asyncio.Event()
        self._wakers.add(waker)
        try:
            while (left := (until - self.now()).total_seconds()) > 0:
                waker.clear()
                await _wait(waker, left)
        finally:
            self._wakers.discard(waker)


async def _wait(waker: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await waker.wait()
    except TimeoutError:
        return
