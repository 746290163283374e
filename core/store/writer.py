"""The writer thread: takes all the wishes that wait, commits them together, then answers them."""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")

# Bounds how long the first wish of a batch waits for the last.
MAX_BATCH = 64


@dataclass(frozen=True, slots=True)
class _Waiting:
    operation: Callable[[Connection], Any]
    answer: "Future[Any]"


@dataclass(frozen=True, slots=True)
class _Granted:
    answer: "Future[Any]"
    value: Any = None
    refusal: BaseException | None = None

    def tell(self) -> None:
        if self.refusal is None:
            self.answer.set_result(self.value)
        else:
            self.answer.set_exception(self.refusal)


class Writer:
    """One thread with one connection; `run` hands it a wish from any event loop."""

    def __init__(self, make_engine: Callable[[], Engine]) -> None:
        self._make_engine = make_engine
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    async def run(self, operation: Callable[[Connection], T]) -> T:
        """Grant `operation` in a transaction and return what it returns.

        A caller that is cancelled leaves the wish to be carried out whole.
        """
        if self._closed:
            raise RuntimeError("The store is closed.")
        answer: Future[T] = Future()
        answer.set_running_or_notify_cancel()
        self._waiting.put(_Waiting(operation, answer))
        return await asyncio.wrap_future(answer)

    async def close(self) -> None:
        """Carry out what waits, then end the thread."""
        if not self._closed:
            self._closed = True
            self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        engine = self._make_engine()
        last = False
        while not last:
            batch, last = self._next_batch()
            for granted in _grant_all(engine, batch):
                granted.tell()
        engine.dispose()

    def _next_batch(self) -> tuple[list[_Waiting], bool]:
        first = self._waiting.get()
        if first is None:
            return [], True
        batch = [first]
        while len(batch) < MAX_BATCH and not self._waiting.empty():
            # This thread alone takes from the queue, so what is there stays there.
            waiting = self._waiting.get()
            if waiting is None:
                return batch, True
            batch.append(waiting)
        return batch, False


def _grant_all(engine: Engine, batch: list[_Waiting]) -> list[_Granted]:
    if not batch:
        return []
    try:
        with engine.begin() as transaction:
            if len(batch) == 1:
                # Alone, the transaction itself undoes it; a savepoint would cost two statements.
                return [_Granted(batch[0].answer, value=batch[0].operation(transaction))]
            return [_grant(transaction, waiting) for waiting in batch]
    except Exception as failure:  # noqa: BLE001 - whatever broke the commit is told to all who waited for it
        return [_Granted(waiting.answer, refusal=failure) for waiting in batch]


def _grant(transaction: Connection, waiting: _Waiting) -> _Granted:
    try:
        with transaction.begin_nested():
            return _Granted(waiting.answer, value=waiting.operation(transaction))
    except Exception as refusal:  # noqa: BLE001 - the caller gets it, whatever it is
        return _Granted(waiting.answer, refusal=refusal)
