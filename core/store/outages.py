"""The exception that a store raises if its database cannot be reached or written at present.

A function converts the drivers' errors to it.
"""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

# By class: connection failed, out of resources (disk, memory, connections), stopped by its
# operator, system error (SQLSTATE). The last one is a server that only reads.
_POSTGRES_STATES = ("08", "53", "57P", "58", "25006")
# busy, locked, read-only, input or output failed, disk full, cannot be opened.
_SQLITE_CODES = frozenset({5, 6, 8, 10, 13, 14})


_NETWORK_ERRORS = frozenset(
    {
        *(errno.ECONNREFUSED, errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE, errno.ETIMEDOUT),
        *(errno.EHOSTUNREACH, errno.EHOSTDOWN, errno.ENETUNREACH, errno.ENETDOWN),
    }
)


class DatabaseUnavailableError(Exception):
    """The database cannot be reached or cannot be written just now; it may come back by itself.

    `cause` is the name of the driver's error, with its `code`, and quotes no value. Whether an
    operation that was being committed took effect is not known.
    """

    def __init__(self, cause: str, code: str | None = None, detail: str = "") -> None:
        super().__init__(f"{cause}: {detail}" if detail else cause)
        self.cause = cause
        self.code = code


def error_name(error: BaseException) -> str:
    """Return the error's name for the log: the driver's error if the database is not available."""
    return error.cause if isinstance(error, DatabaseUnavailableError) else type(error).__name__


@contextmanager
def naming_outages() -> Iterator[None]:
    """Raise one exception for the many errors by which drivers report an outage.

    Raises:
        DatabaseUnavailableError: the database cannot be reached or written.
    """
    try:
        yield
    except Exception as error:
        driver = getattr(error, "orig", None) or error
        if not _is_outage(error, driver):
            raise
        sqlite_code = getattr(driver, "sqlite_errorname", None)
        code = getattr(driver, "sqlstate", None) or sqlite_code
        cause = type(driver).__name__ if code is None else f"{type(driver).__name__} ({code})"
        # SQLite's texts for these codes are constant; those of PostgreSQL quote values.
        raise DatabaseUnavailableError(cause, code, str(driver) if sqlite_code else "") from None


def _is_outage(error: Exception, driver: object) -> bool:
    if isinstance(error, PoolTimeoutError) or _is_of_network(error):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    # The low byte is the kind of error, the others say more about it.
    if getattr(driver, "sqlite_errorcode", 0) & 0xFF in _SQLITE_CODES:
        return True
    return str(getattr(driver, "sqlstate", "")).startswith(_POSTGRES_STATES)


def _is_of_network(error: Exception) -> bool:
    """Return whether the driver could not connect; an operation's own files fail in other ways."""
    if isinstance(error, ConnectionError | TimeoutError | socket.gaierror):
        return True
    # asyncio combines the errors of a host's addresses into an OSError without a number.
    is_combined = type(error) is OSError and error.errno is None
    return is_combined or (isinstance(error, OSError) and error.errno in _NETWORK_ERRORS)
