"""Runs an operation on PostgreSQL while another transaction holds locks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from tests import databases

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

SECONDS = 30
LOCK_NOT_AVAILABLE = "55P03"


def beside(
    postgres_url: str,
    lock: Callable[[Connection], object],
    operation: Callable[[Connection], Any],
) -> Any:  # noqa: ANN401
    """Run the operation while another transaction holds these locks; return its result."""
    locked, done = Event(), Event()

    def begin(tx: Connection) -> None:
        lock(tx)
        locked.set()
        assert done.wait(2 * SECONDS)

    with ThreadPoolExecutor() as threads:
        holding = threads.submit(databases.write_alone, postgres_url, begin)
        assert locked.wait(SECONDS)
        try:
            return databases.write_alone(postgres_url, operation)
        finally:
            done.set()
            holding.result()


def impatient(operation: Callable[[Connection], Any]) -> Callable[[Connection], Any]:
    """Return the operation; it fails with LOCK_NOT_AVAILABLE if it has to wait for a lock."""

    def run(tx: Connection) -> Any:  # noqa: ANN401
        tx.execute(text("SET LOCAL lock_timeout = '500ms'"))
        return operation(tx)

    return run


def count_runs(
    postgres_url: str,
    begin: Callable[[Connection], object],
    end: Callable[[Connection], object],
    operation: Callable[[Connection], object],
) -> int:
    """Run the operation beside a transaction that begins before it, and ends once it has to wait.

    Return how often the two ran: after a deadlock, one of them runs again.
    """
    begun, runs = Event(), []

    def run_operation(tx: Connection) -> None:
        runs.append("operation")
        operation(tx)

    def run_other(tx: Connection) -> None:
        runs.append("other")
        begin(tx)
        if not begun.is_set():
            begun.set()
            assert databases.wait_for_a_blocked_transaction(tx)
        end(tx)

    with ThreadPoolExecutor() as threads:
        other = threads.submit(databases.write_alone, postgres_url, run_other)
        assert begun.wait(SECONDS)
        databases.write_alone(postgres_url, run_operation)
        other.result()
    return len(runs)
