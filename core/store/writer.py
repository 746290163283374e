"""SQLite's writer thread, which runs the waiting operations and commits them together."""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")

# Bounds how long the first operation of a group waits for the last.
MAX_BATCH = 64


@dataclass(frozen=True, slots=True)
class _Pending:
    """An operation in the queue, and the future that its caller waits for."""

    operation: Callable[[Connection], Any]
    future: "Future[Any]"


@dataclass(frozen=True, slots=True)
class _Completed:
    """The outcome of an operation, held back until the group is committed."""

    future: "Future[Any]"
    result: Any = None
    exception: BaseException | None = None

    def resolve(self) -> None:
        if self.exception is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.exception)


class Writer:
    """One thread with one connection; `run` hands it an operation from any event loop."""

    def __init__(self, make_engine: Callable[[], Engine]) -> None:
        self._make_engine = make_engine
        self._queue: queue.SimpleQueue[_Pending | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(
            target=self._process_queue, name="store-writer", daemon=True
        )
        self._thread.start()

    async def run(self, operation: Callable[[Connection], T]) -> T:
        """Run the operation in a transaction; return its result when that is committed.

        When the caller is cancelled, the operation still runs to its end.

        Raises:
            RuntimeError: the store is closed.
        """
        if self._closed:
            raise RuntimeError("The store is closed.")
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        self._queue.put(_Pending(operation, future))
        return await asyncio.wrap_future(future)

    async def close(self) -> None:
        """Run the operations that are queued, then end the thread."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _process_queue(self) -> None:
        engine = self._make_engine()
        last = False
        while not last:
            batch, last = self._next_batch()
            for completed in _commit_together(engine, batch):
                completed.resolve()
        engine.dispose()

    def _next_batch(self) -> tuple[list[_Pending], bool]:
        """Wait for an operation and take those queued behind it; return whether the queue ended."""
        first = self._queue.get()
        if first is None:
            return [], True
        batch = [first]
        while len(batch) < MAX_BATCH and not self._queue.empty():
            # Only this thread takes from the queue, so `get` does not block here.
            pending = self._queue.get()
            if pending is None:
                return batch, True
            batch.append(pending)
        return batch, False


def _commit_together(engine: Engine, batch: list[_Pending]) -> list[_Completed]:
    if not batch:
        return []
    try:
        with engine.begin() as transaction:
            if len(batch) == 1:
                # A single operation needs no savepoint, which would cost two statements.
                return [_Completed(batch[0].future, result=batch[0].operation(transaction))]
            return [_run_in_savepoint(transaction, pending) for pending in batch]
    except Exception as failure:  # noqa: BLE001 - a failed commit is raised to every caller in the group
        return [_Completed(pending.future, exception=failure) for pending in batch]


def _run_in_savepoint(transaction: Connection, pending: _Pending) -> _Completed:
    try:
        with transaction.begin_nested():
            return _Completed(pending.future, result=pending.operation(transaction))
    except Exception as failure:  # noqa: BLE001 - the caller gets it, whatever it is
        return _Completed(pending.future, exception=failure)
