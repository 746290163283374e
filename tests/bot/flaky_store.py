"""A store whose reads and writes fail at chosen calls."""

from __future__ import annotations

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
            raise ConnectionError("the database at user:hunter2@host is away")
        return await self._store.read(operation)

    async def write(self, operation: Callable[[Connection], T]) -> T:
        self._writes += 1
        if self._writes in self._fails:
            raise ConnectionError("the database at user:hunter2@host is away")
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
