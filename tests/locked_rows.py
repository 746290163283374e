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
