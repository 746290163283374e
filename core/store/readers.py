"""The reader threads: each carries a whole read out, so that a read costs one hop, not many."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")

READER_THREADS = 4


class ReaderPool:
    """A few threads with a connection each; `run` hands them a wish from any event loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pool = ThreadPoolExecutor(READER_THREADS, thread_name_prefix="store-reader")

    async def run(self, operation: Callable[[Connection], T]) -> T:
        """Carry the wish out on a connection whose changes are never kept; return its answer."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._grant, operation)

    async def close(self) -> None:
        """Carry out what waits, then end the threads and their connections."""
        await asyncio.to_thread(self._pool.shutdown)
        self._engine.dispose()

    def _grant(self, operation: Callable[[Connection], T]) -> T:
        with self._engine.connect() as connection:
            return operation(connection)
