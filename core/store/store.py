"""The two doors to the database, the same for SQLite and PostgreSQL."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection, make_url

from core.store.postgres import PostgresStore
from core.store.sqlite import SqliteStore

T = TypeVar("T")

Operation = Callable[[Connection], T]


class Store(Protocol):
    """A database that grants wishes: functions of one open transaction.

    A wish may run twice, so it touches nothing outside its transaction.
    """

    async def read(self, operation: Operation[T]) -> T:
        """Run `operation` on a connection that only reads."""
        ...

    async def write(self, operation: Operation[T]) -> T:
        """Run `operation` in one transaction; what it raises undoes all it did and is raised here."""
        ...

    async def close(self) -> None:
        """Let every connection and thread go."""
        ...


class DatabaseUrlError(ValueError):
    """The database URL is of a kind that this product does not speak."""


def open_store(url: str) -> Store:
    """Open the database at `url`: `sqlite:///FILE` or `postgresql://…`.

    Raises:
        DatabaseUrlError: another kind of URL, or SQLite without a file.
    """
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return SqliteStore(parsed.database)
    if backend == "postgresql":
        return PostgresStore(parsed)
    raise DatabaseUrlError("The database is sqlite:///FILE or postgresql://USER@HOST/NAME.")
