"""The store's former threads and queues for SQLite, kept as the baseline of `store.py`."""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

T = TypeVar("T")

MAX_BATCH = 64
READER_THREADS = 4

Pending = tuple[Callable[[Connection], Any], "Future[Any]"]


class ThreadStore:
    """One SQLite file: a writer thread that commits in groups, and a pool of reader threads."""

    def __init__(self, path: str) -> None:
        self._queue: queue.SimpleQueue[Pending | None] = queue.SimpleQueue()
        self._writing = _engine(path, "BEGIN IMMEDIATE", "synchronous=FULL", poolclass=StaticPool)
        self._reading = _engine(
            path, "BEGIN", "query_only=ON", pool_size=READER_THREADS, max_overflow=0
        )
        self._pool = ThreadPoolExecutor(READER_THREADS)
        self._thread = threading.Thread(target=self._process_queue, daemon=True)
        self._thread.start()

    async def read(self, operation: Callable[[Connection], T]) -> T:
        """Run the operation on a reader thread."""

        def read() -> T:
            with self._reading.connect() as connection:
                return operation(connection)

        return await asyncio.get_running_loop().run_in_executor(self._pool, read)

    async def write(self, operation: Callable[[Connection], T]) -> T:
        """Run the operation on the writer thread; return when it is committed."""
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        self._queue.put((operation, future))
        return await asyncio.wrap_future(future)

    async def close(self) -> None:
        """End the threads and close the connections."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        await asyncio.to_thread(self._pool.shutdown)
        self._reading.dispose()

    def _process_queue(self) -> None:
        last = False
        while not last:
            batch, last = self._next_batch()
            for future, result, failure in self._commit_together(batch):
                if failure is None:
                    future.set_result(result)
                else:
                    future.set_exception(failure)
        self._writing.dispose()

    def _next_batch(self) -> tuple[list[Pending], bool]:
        batch: list[Pending] = []
        while not batch or (len(batch) < MAX_BATCH and not self._queue.empty()):
            pending = self._queue.get()
            if pending is None:
                return batch, True
            batch.append(pending)
        return batch, False

    def _commit_together(
        self, batch: list[Pending]
    ) -> list[tuple["Future[Any]", Any, Exception | None]]:
        if not batch:
            return []
        try:
            with self._writing.begin() as tx:
                if len(batch) == 1:
                    return [(batch[0][1], batch[0][0](tx), None)]
                return [_run_in_savepoint(tx, *pending) for pending in batch]
        except Exception as failure:  # noqa: BLE001 - a failed commit is raised to every caller in the group
            return [(future, None, failure) for _, future in batch]


def _run_in_savepoint(
    tx: Connection, operation: Callable[[Connection], Any], future: "Future[Any]"
) -> tuple["Future[Any]", Any, Exception | None]:
    try:
        with tx.begin_nested():
            return future, operation(tx), None
    except Exception as failure:  # noqa: BLE001 - the caller gets it, whatever it is
        return future, None, failure


def _engine(path: str, begin: str, pragma: str, **pool: Any) -> Engine:  # noqa: ANN401 - SQLAlchemy's own
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True, **pool)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's connection
        connection.isolation_level = None
        for each in ("busy_timeout=10000", "journal_mode=WAL", "foreign_keys=ON", pragma):
            connection.execute(f"PRAGMA {each}").close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
