"""Checks that the database can be read and written, and remembers the result for a few seconds."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

import structlog

from core.health import rows
from core.store import migration
from core.store.outages import error_name
from core.store.store import Store

log = structlog.get_logger()

# Seconds for which an answer is reused.
VALID_SECONDS = 10.0
# Seconds; `/readyz` must not wait for a database that hangs.
TIMEOUT_SECONDS = 5.0


class DatabaseState(StrEnum):
    """The state of the database, in the words of `/readyz`."""

    OK = "ok"
    UNAVAILABLE = "not reachable"
    OTHER_VERSION = "of another version"
    NOT_WRITABLE = "cannot be written (is its disk full?)"


class DatabaseProbe:
    """Reads and writes the database, and remembers the answer for some seconds."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._clock = clock
        self._monotonic = monotonic
        self._lock = asyncio.Lock()
        self._known: tuple[float, DatabaseState] | None = None

    async def state(self) -> DatabaseState:
        """Return the state of the database, at most some seconds old."""
        async with self._lock:
            if self._known is None or self._monotonic() - self._known[0] >= VALID_SECONDS:
                state = await self._probe()
                self._known = self._monotonic(), state
            return self._known[1]

    async def _probe(self) -> DatabaseState:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                is_usable = await self._store.read(migration.is_usable)
        except Exception as error:  # noqa: BLE001 - whatever it is, the database cannot be read
            log.warning("database_away", error=error_name(error))
            return DatabaseState.UNAVAILABLE
        if not is_usable:
            return DatabaseState.OTHER_VERSION
        return await self._probe_write()

    async def _probe_write(self) -> DatabaseState:
        now = self._clock()
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await self._store.write(lambda tx: rows.probe_write(tx, now))
        except Exception as error:  # noqa: BLE001 - whatever it is, the database cannot be written
            log.warning("database_not_writable", error=error_name(error))
            return DatabaseState.NOT_WRITABLE
        return DatabaseState.OK
