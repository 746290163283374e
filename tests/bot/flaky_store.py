"""Stores whose reads and writes fail or are slow at chosen calls, or are counted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from core.store.store import Store

T = TypeVar("T")


class FlakyStore:
    """Wraps a store; the reads and writes with these numbers fail."""

    def __init__(self, store: Store, fails: set[int], reads: set[int] | None = None) -> None:
        self._store = store
        self._fails = fails
        self._failing_reads = reads or set()
        self._writes = 0
        self._reads = 0

    async def read(self, operation: Callable[[Connection], T]) -> T:
        self._reads += 1
        if self._reads in self._failing_reads:
            raise ConnectionError("the database at user:hunter2@host is unavailable")
        return await self._store.read(operation)

    async def write(self, operation: Callable[[Connection], T]) -> T:
        self._writes += 1
        if self._writes in self._fails:
            raise ConnectionError("the database at user:hunter2@host is unavailable")
        return await self._store.write(operation)

    async def close(self) -> None:
        await self._store.close()


class CountingStore(FlakyStore):
    """Counts reads and writes, none of which fails."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, set())
        self.reads = 0
        self.writes = 0

    async def read(self, operation: Callable[[Connection], T]) -> T:
        self.reads += 1
        return await super().read(operation)

    async def write(self, operation: Callable[[Connection], T]) -> T:
        self.writes += 1
        return await super().write(operation)


class SlowStore(FlakyStore):
    """The write with this number begins only after so many seconds."""

    def __init__(self, store: Store, slow: int, seconds: float) -> None:
        super().__init__(store, set())
        self._slow = slow
        self._seconds = seconds
        self.writes = 0

    async def write(self, operation: Callable[[Connection], T]) -> T:
        self.writes += 1
        if self.writes == self._slow:
            await asyncio.sleep(self._seconds)
        return await super().write(operation)
