"""PostgreSQL through asyncpg: reads and writes on one pool."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from core.store.error_redaction import redact_errors

T = TypeVar("T")

# serialization_failure and deadlock_detected: the same wish succeeds when it runs again.
RETRYABLE_SQLSTATES = {"40001", "40P01"}
MAX_ATTEMPTS = 8


class PostgresStore:
    """One PostgreSQL database."""

    def __init__(self, url: URL) -> None:
        self._engine = create_async_engine(
            url.set(drivername="postgresql+asyncpg"),
            pool_size=8,
            max_overflow=8,
            pool_pre_ping=True,
            hide_parameters=True,
        )
        redact_errors(self._engine.sync_engine)

    async def read(self, operation: Callable[[Connection], T]) -> T:
        """Run `operation` on a connection whose changes are never kept."""
        async with self._engine.connect() as connection:
            return await connection.run_sync(operation)

    async def write(self, operation: Callable[[Connection], T]) -> T:
        """Run `operation` in one transaction, again where PostgreSQL asks for it."""
        # A cancelled caller must not leave a transaction half-way between commit and rollback.
        return await asyncio.shield(self._write(operation))

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    async def _write(self, operation: Callable[[Connection], T]) -> T:
        tries = 1
        while True:
            try:
                return await self._try(operation)
            except DBAPIError as fault:
                passing = getattr(fault.orig, "sqlstate", None) in RETRYABLE_SQLSTATES
                if not passing or tries == MAX_ATTEMPTS:
                    raise
            tries += 1

    async def _try(self, operation: Callable[[Connection], T]) -> T:
        async with self._engine.begin() as connection:
            return await connection.run_sync(operation)
