"""The store on SQLite: reads run concurrently on a few threads, and writes in turn on another."""

import os
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, SingletonThreadPool

from core.store.outages import naming_outages
from core.store.sqlite_threads import ReaderPool
from core.store.writer import Writer

T = TypeVar("T")

BUSY_MILLISECONDS = 10_000
READER_THREADS = 4


class SqliteStore:
    """One SQLite file in WAL mode."""

    def __init__(self, path: str) -> None:
        _make_private(Path(path))
        self._writer = Writer(_engine(path, begin="BEGIN IMMEDIATE", pragma="synchronous=FULL"))
        reading = _engine(path, begin="BEGIN", pragma="query_only=ON")
        self._readers = ReaderPool(reading, READER_THREADS)
        self._closed = False

    async def open(self) -> None:
        """Open every connection.

        Raises:
            DatabaseUnavailableError: the file cannot be opened.
            RuntimeError: the file system cannot hold a write-ahead log.
            sqlite3.DatabaseError: the file is no database.
        """
        with naming_outages():
            try:
                # The writer's connection is opened first: it turns WAL on.
                await self._writer.open()
                await self._readers.open()
            except BaseException:
                await self.close()
                raise

    async def read(self, operation: Callable[[Connection], T]) -> T:
        """Run the operation on a connection that only reads; return its result."""
        self._require_open()
        with naming_outages():
            return await self._readers.run(operation)

    async def write(self, operation: Callable[[Connection], T]) -> T:
        """Run the operation on the writer thread, in one commit with those that wait beside it."""
        self._require_open()
        with naming_outages():
            return await self._writer.run(operation)

    async def close(self) -> None:
        """Run what waits, then end the threads and close every connection, also if cancelled."""
        self._closed = True
        async with AsyncExitStack() as remaining:
            remaining.push_async_callback(self._readers.close)
            await self._writer.close()

    def _require_open(self) -> None:
        if self._closed:
            raise RuntimeError("The store is closed.")


def require_wal(answer: object) -> None:
    """Check the answer to `PRAGMA journal_mode=WAL`; SQLite reports failure by the old mode's name.

    Raises:
        RuntimeError: the file system cannot hold a write-ahead log.
    """
    if answer != ("wal",):
        raise RuntimeError("This file system cannot hold SQLite's write-ahead log.")


def _make_private(path: Path) -> None:
    """Create the file readable and writable by its owner alone: it holds personal data.

    SQLite gives the write-ahead log and its index the same permissions.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        # A file that existed before, such as a copy, gets the same permissions; one that belongs
        # to another user cannot be changed. A device, named by mistake, is left alone.
        if path.is_file():
            with suppress(PermissionError):
                path.chmod(0o600)


def _engine(path: str, *, begin: str, pragma: str) -> Engine:
    """Return an engine that keeps one connection for each thread; the threads are aiosqlite's."""
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=SingletonThreadPool,
        pool_size=READER_THREADS,
        hide_parameters=True,
    )
    _prepare(engine, begin=begin, pragma=pragma)
    return engine


def _prepare(engine: Engine, *, begin: str, pragma: str) -> None:
    def on_connect(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # The driver must not begin transactions by itself; `on_begin` does.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        require_wal(cursor.fetchone())
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
