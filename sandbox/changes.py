"""A version number of everything people can see, and a way to wait for the next one."""

from __future__ import annotations

import asyncio


class Changes:
    """Counts changes; the page and tests wait on it instead of polling hard."""

    def __init__(self) -> None:
        self.version = 1
        self._next = asyncio.Event()

    def note(self) -> None:
        """Count one change and wake everyone who waits."""
        self.version += 1
        self._next.set()
        self._next = asyncio.Event()

    async def after(self, version: int, seconds: float) -> int:
        """Wait until the version is above `version`, at most `seconds`; return the version."""
        try:
            async with asyncio.timeout(seconds):
                while self.version <= version:
                    await self._next.wait()
        except TimeoutError:
            pass
        return self.version
