"""The interface of the database (`read` and `write`), and `open_store`, which opens it by URL."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection, make_url

from core.store.sqlite import SqliteStore

T = TypeVar("T")

Operation = Callable[[Connection], T]


class Store(Protocol):
    """A database that runs operations: functions of one open transaction (units of work).

    An operation may run twice, after a serialization failure, so it must touch nothing outside
    its transaction.
    """

    async def read(self, operation: Operation[T]) -> T:
        """Run the operation on a connection that only reads; return its result.

        Raises:
            DatabaseUnavailableError: the database cannot be reached.
        """
        ...

    async def write(self, operation: Operation[T]) -> T:
        """Run the operation in one transaction; return its result when that is committed.

        An exception of the operation rolls back all that it did, and is raised here.

        Raises:
            DatabaseUnavailableError: the database cannot be reached or written.
        """
        ...

    async def close(self) -> None:
        """Close every connection and end every thread."""
        ...


class DatabaseUrlError(ValueError):
    """The database URL is of a kind that this product does not support."""


async def open_store(url: str) -> Store:
    """Open the database at `url`: `sqlite:///FILE` or `postgresql://…`.

    PostgreSQL is reached with the first operation.

    Raises:
        DatabaseUrlError: another kind of URL, or SQLite without a file.
        DatabaseUnavailableError: the SQLite file cannot be opened.
        RuntimeError: its file system cannot hold a write-ahead log.
        sqlite3.DatabaseError: the file is no SQLite database.
    """
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        store = SqliteStore(parsed.database)
        await store.open()
        return store
    if backend == "postgresql":
        # Imported for PostgreSQL only, to shorten the start on SQLite (`benchmarks/start.py`).
        from core.store.postgres import PostgresStore  # noqa: PLC0415

        return PostgresStore(parsed)
    raise DatabaseUrlError("The database is sqlite:///FILE or postgresql://USER@HOST/NAME.")
