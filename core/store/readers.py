"""SQLite's reader threads, each of which runs one whole read operation at a time."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")

READER_THREADS = 4


class ReaderPool:
    """A few threads with a connection each; `run` hands them an operation from any event loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pool = ThreadPoolExecutor(READER_THREADS, thread_name_prefix="store-reader")

    async def run(self, operation: Callable[[Connection], T]) -> T:
        """Run the operation on a connection that is rolled back at its end; return its result."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._read, operation)

    async def close(self) -> None:
        """Run the operations that are queued, then end the threads and their connections."""
        await asyncio.to_thread(self._pool.shutdown)
        self._engine.dispose()

    def _read(self, operation: Callable[[Connection], T]) -> T:
        with self._engine.connect() as connection:
            return operation(connection)
