"""The sandbox's clock: real time from a chosen start, and it can be moved forward."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta


class SandboxClock:
    """Runs as fast as real time does, from `start` (aware; the present if None)."""

    def __init__(self, start: datetime | None = None) -> None:
        self._start = (start or datetime.now(UTC)).astimezone(UTC)
        self._began = time.monotonic()
        self._advanced = timedelta()
        self._moved: set[asyncio.Event] = set()

    def now(self) -> datetime:
        """Return the time in the sandbox, aware, in UTC."""
        return self._start + timedelta(seconds=time.monotonic() - self._began) + self._advanced

    def advance(self, step: timedelta) -> None:
        """Move the clock forward and wake whoever waits; ValueError if `step` is negative."""
        if step < timedelta():
            raise ValueError("a sandbox clock moves forward only")
        self._advanced += step
        for moved in self._moved:
            moved.set()

    async def sleep_until(self, until: datetime) -> None:
        """Wait until this clock shows `until`, however it gets there."""
        moved = asyncio.Event()
        self._moved.add(moved)
        try:
            while (left := (until - self.now()).total_seconds()) > 0:
                moved.clear()
                await _wait(moved, left)
        finally:
            self._moved.discard(moved)


async def _wait(moved: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await moved.wait()
    except TimeoutError:
        return
