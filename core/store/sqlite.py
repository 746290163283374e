"""SQLite: reads side by side on a few threads, writes one after the other on one of their own."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from core.store.readers import READER_THREADS, ReaderPool
from core.store.writer import Writer

T = TypeVar("T")

BUSY_MILLISECONDS = 10_000


class SqliteStore:
    """One SQLite file in WAL mode."""

    def __init__(self, path: str) -> None:
        _make_private(Path(path))
        # The writer's connection is opened first: it turns WAL on.
        self._writer = Writer(lambda: _writing_engine(path))
        self._readers = ReaderPool(_reading_engine(path))

    async def read(self, operation: Callable[[Connection], T]) -> T:
        """Run `operation` on a connection that only reads."""
        return await self._readers.run(operation)

    async def write(self, operation: Callable[[Connection], T]) -> T:
        """Run `operation` on the writer thread, committed together with the wishes that wait."""
        return await self._writer.run(operation)

    async def close(self) -> None:
        """End the threads after what they have, and close every connection."""
        await self._writer.close()
        await self._readers.close()


def require_wal(answer: object) -> None:
    """Refuse a file system that cannot hold the write-ahead log: SQLite only answers the old mode.

    Raises:
        RuntimeError: the mode is another one.
    """
    if answer != ("wal",):
        raise RuntimeError("This file system cannot hold SQLite's write-ahead log.")


def _make_private(path: Path) -> None:
    """Create the file readable by its owner alone: it holds personal data.

    SQLite gives the files beside it, the log and its index, the same rights.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    # One that was there before, as from a copy. Of somebody else's file the rights are theirs, and
    # a device, which whoever runs this may have named by mistake, is everybody's.
    if path.is_file():
        with suppress(PermissionError):
            path.chmod(0o600)


def _writing_engine(path: str) -> Engine:
    # The writer thread makes this engine and is the only one that uses it.
    engine = create_engine(f"sqlite:///{path}", poolclass=StaticPool, hide_parameters=True)
    _prepare(engine, begin="BEGIN IMMEDIATE", pragmas=("synchronous=FULL",))
    return engine


def _reading_engine(path: str) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}", pool_size=READER_THREADS, max_overflow=0, hide_parameters=True
    )
    _prepare(engine, begin="BEGIN", pragmas=("query_only=ON",))
    return engine


def _prepare(engine: Engine, *, begin: str, pragmas: tuple[str, ...]) -> None:
    def on_connect(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # Transactions begin where we say, not where the driver guesses.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        require_wal(cursor.fetchone())
        for pragma in ("foreign_keys=ON", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
