"""SQLite connections, each on a thread of aiosqlite that runs whole functions one at a time."""

import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import TypeVar, cast

import aiosqlite
from sqlalchemy import Connection, Engine

T = TypeVar("T")


class SqliteThread:
    """One connection of an engine, on a thread of its own.

    Any event loop may hand it functions, if it stays open until they have ended.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # 64 is aiosqlite's default; nothing here iterates over its cursors.
        self._connection = aiosqlite.Connection(self._connect, iter_chunk_size=64)
        self._failure: Exception | None = None
        # A counter that both threads change: `append` and `pop` are atomic, `+= 1` is not.
        self._unfinished: deque[None] = deque()

    async def open(self) -> None:
        """Start the thread and open its connection.

        Raises:
            sqlite3.Error: the file cannot be opened or is no database.
        """
        await self._connection
        if self._failure is not None:
            await self.close()
            raise self._failure

    @property
    def load(self) -> int:
        """The number of functions that run or wait."""
        return len(self._unfinished)

    async def run(self, function: Callable[[], T]) -> T:
        """Run the function on the thread; it runs to its end also when the caller is cancelled."""

        def run_and_count() -> T:
            try:
                return function()
            finally:
                self._unfinished.pop()

        self._unfinished.append(None)
        # aiosqlite's public methods change threads for each statement, which costs twice as much
        # (`python -m benchmarks.store`); this one takes a whole function.
        execute: Callable[[Callable[[], T]], Awaitable[T]] = self._connection._execute  # noqa: SLF001
        return await execute(run_and_count)

    async def close(self) -> None:
        """Run what waits, then close the connection and end the thread."""
        await self._connection.close()

    def _connect(self) -> sqlite3.Connection:
        """Return the connection that the engine's pool keeps for this thread."""
        try:
            pooled = self._engine.raw_connection()
            connection = pooled.driver_connection
            pooled.close()
        except Exception as failure:  # noqa: BLE001 - `open` raises it, whatever it is
            # aiosqlite does not wait for the end of its thread if this function raises.
            self._failure = failure
            return sqlite3.connect(":memory:")
        return cast("sqlite3.Connection", connection)


class ReaderPool:
    """A few threads that read; an operation goes to the one with the least to do."""

    def __init__(self, engine: Engine, threads: int) -> None:
        self._engine = engine
        self._threads = [SqliteThread(engine) for _ in range(threads)]

    async def open(self) -> None:
        """Open every connection."""
        for thread in self._threads:
            await thread.open()

    async def run(self, operation: Callable[[Connection], T]) -> T:
        """Run the operation on a connection that is rolled back at its end; return its result."""
        return await _least_loaded(self._threads).run(lambda: self._read(operation))

    async def close(self) -> None:
        """Run what waits, then close every connection and end every thread, also if cancelled."""
        async with AsyncExitStack() as remaining:
            for thread in self._threads:
                remaining.push_async_callback(thread.close)

    def _read(self, operation: Callable[[Connection], T]) -> T:
        with self._engine.connect() as connection:
            return operation(connection)


def _least_loaded(threads: Sequence[SqliteThread]) -> SqliteThread:
    return min(threads, key=lambda thread: thread.load)
