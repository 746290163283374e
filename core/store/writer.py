"""SQLite's writer thread, which runs all waiting write operations and commits them together."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import Connection, Engine

from core.store.sqlite_threads import SqliteThread

if TYPE_CHECKING:
    import sqlite3

T = TypeVar("T")

# Bounds how long the first operation of a group waits for the last.
MAX_BATCH = 64


@dataclass(slots=True)
class _Pending:
    """An operation that waits; then its outcome, held back until its group is settled.

    A group is settled when it is committed, or has failed.
    """

    operation: Callable[[Connection], Any]
    settled: bool = False
    result: Any = None
    exception: BaseException | None = None

    def outcome(self) -> Any:  # noqa: ANN401 - whatever the operation returns
        if self.exception is not None:
            raise self.exception
        return self.result


class Writer:
    """One thread with one connection; `run` hands it an operation from any event loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = SqliteThread(engine)
        self._waiting: deque[_Pending] = deque()

    async def open(self) -> None:
        """Start the thread and open its connection."""
        await self._thread.open()

    async def run(self, operation: Callable[[Connection], T]) -> T:
        """Run the operation in a transaction; return its result when that is committed.

        When the caller is cancelled, the operation still runs to its end.
        """
        pending = _Pending(operation)
        self._waiting.append(pending)
        result: T = await self._thread.run(lambda: self._commit_with_group(pending))
        return result

    async def close(self) -> None:
        """Run the operations that wait, then end the thread."""
        await self._thread.close()

    def _commit_with_group(self, pending: _Pending) -> Any:  # noqa: ANN401 - as the operation
        """Commit all that waits, unless the operation was settled with an earlier group."""
        while not pending.settled:
            self._commit_together(self._next_group())
        return pending.outcome()

    def _next_group(self) -> list[_Pending]:
        # Only this thread takes from the queue.
        return [self._waiting.popleft() for _ in range(min(MAX_BATCH, len(self._waiting)))]

    def _commit_together(self, group: list[_Pending]) -> None:
        try:
            with self._engine.begin() as transaction:
                if len(group) == 1:
                    # A single operation needs no savepoint, which would cost two statements.
                    group[0].result = group[0].operation(transaction)
                else:
                    for pending in group:
                        _run_in_savepoint(transaction, pending)
        except BaseException as failure:  # noqa: BLE001 - raised to every caller in the group, whatever it is
            for pending in group:
                pending.exception = failure
        for pending in group:
            pending.settled = True


def _run_in_savepoint(transaction: Connection, pending: _Pending) -> None:
    # Given to the driver: SQLAlchemy's own savepoints take forty times as long as SQLite's.
    driver = cast("sqlite3.Connection", transaction.connection.driver_connection)
    driver.execute("SAVEPOINT operation")
    try:
        pending.result = pending.operation(transaction)
    except BaseException as failure:  # noqa: BLE001 - the caller gets it, whatever it is
        pending.exception = failure
        driver.execute("ROLLBACK TO operation")
    driver.execute("RELEASE operation")
