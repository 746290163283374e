"""The store on PostgreSQL: reads and writes have a pool of asyncpg connections each.

Reads are answered while many writes wait for a lock.
"""

import asyncio
import math
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from core.store.error_redaction import redact_errors
from core.store.outages import naming_outages

T = TypeVar("T")

# serialization_failure and deadlock_detected: the same operation succeeds when it is retried.
RETRYABLE_SQLSTATES = {"40001", "40P01"}
MAX_ATTEMPTS = 8
MAX_READERS = 12
# Transactions that write wait for each other, at the latest at the tip of the audit chain: more of
# them at once are not faster, but cost PostgreSQL more.
MAX_WRITERS = 4
CONNECT_SECONDS = 5
# A connection that was unused for longer is pinged before its next use: a connection that the
# server closed is noticed at once, but one lost in a network failure only by a ping.
PING_AFTER_SECONDS = 1.0
# The longest wait at a stop for a server that does not answer.
CLOSE_SECONDS = 5


class PostgresStore:
    """One PostgreSQL database."""

    def __init__(self, url: URL) -> None:
        self._readers = _engine(url, MAX_READERS)
        self._writers = _engine(url, MAX_WRITERS)
        self._in_progress: set[asyncio.Task[Any]] = set()

    async def read(self, operation: Callable[[Connection], T]) -> T:
        """Run the operation on a connection that is rolled back at its end; return its result."""
        with naming_outages():
            return await self._start(self._read_once(operation))

    async def write(self, operation: Callable[[Connection], T]) -> T:
        """Run the operation in one transaction, again after a serialization failure or deadlock.

        Raises:
            DBAPIError: another error, or the same one in the last of `MAX_ATTEMPTS`.
            DatabaseUnavailableError: the database cannot be reached or written.
        """
        # Shielded: a cancelled caller must not interrupt a commit.
        with naming_outages():
            return await asyncio.shield(self._start(self._write_with_retries(operation)))

    async def close(self) -> None:
        """Wait for what is in progress, also if nobody waits for it; close every connection."""
        if self._in_progress:
            await asyncio.wait(self._in_progress, timeout=CLOSE_SECONDS)
        await self._readers.dispose()
        await self._writers.dispose()

    def _start(self, operation: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start the operation; until it has ended, the store is not closed."""
        task = asyncio.create_task(operation)
        self._in_progress.add(task)
        task.add_done_callback(self._in_progress.discard)
        return task

    async def _read_once(self, operation: Callable[[Connection], T]) -> T:
        async with self._readers.connect() as connection:
            return await connection.run_sync(operation)

    async def _write_with_retries(self, operation: Callable[[Connection], T]) -> T:
        attempts = 1
        while True:
            try:
                return await self._write_once(operation)
            except DBAPIError as error:
                if not is_retryable(error) or attempts == MAX_ATTEMPTS:
                    raise
            attempts += 1

    async def _write_once(self, operation: Callable[[Connection], T]) -> T:
        async with self._writers.begin() as connection:
            return await connection.run_sync(operation)


def is_retryable(error: DBAPIError) -> bool:
    """Return whether the same operation succeeds when it is tried again."""
    return getattr(error.orig, "sqlstate", None) in RETRYABLE_SQLSTATES


def _engine(url: URL, connections: int) -> AsyncEngine:
    engine = create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        # Without overflow: a connection beyond the pool's size would be closed after each use.
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
        # Seconds; the driver's default of a minute is too long for a person waiting for a page.
        connect_args={"timeout": CONNECT_SECONDS},
    )
    redact_errors(engine.sync_engine)
    _ping_idle_connections(engine.sync_engine)
    return engine


def _ping_idle_connections(engine: Engine) -> None:
    """Check that a connection still works before it is used again after an idle time.

    A ping takes three round trips. SQLAlchemy's own, before each use, would add them to the ten of
    a registration.
    """

    def note_use(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["used_at"] = time.monotonic()

    def ping_if_idle(
        connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object
    ) -> None:
        driver: Any = record.driver_connection
        if driver.is_closed():
            raise InvalidatePoolError
        if time.monotonic() - record.info.get("used_at", math.inf) < PING_AFTER_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error:
            raise InvalidatePoolError from None

    event.listen(engine, "checkin", note_use)
    event.listen(engine, "checkout", ping_if_idle)
