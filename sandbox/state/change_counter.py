"""Counts changes of the state that members see, and waits for the next change."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Seconds between two checks of a condition while nothing visible changes.
POLL_INTERVAL = 0.02


class ChangeCounter:
    """Counts changes, so that the page and the tests can wait instead of polling."""

    def __init__(self) -> None:
        self.version = 1
        self._next = asyncio.Event()

    def count(self) -> None:
        """Count one change and wake all waiters."""
        self.version += 1
        self._next.set()
        self._next = asyncio.Event()

    async def wait_after(self, version: int, seconds: float) -> int:
        """Wait at most `seconds` for a version above `version`; return the current version."""
        try:
            async with asyncio.timeout(seconds):
                while self.version <= version:
                    await self._next.wait()
        except TimeoutError:
            pass
        return self.version

    async def wait_until(self, condition: Callable[[], object], seconds: float) -> bool:
        """Wait at most `seconds` until `condition()` is true; return whether it became true."""
        ends = time.monotonic() + seconds
        while not condition():
            left = ends - time.monotonic()
            if left <= 0:
                return False
            await self.wait_after(self.version, min(left, POLL_INTERVAL))
        return True
