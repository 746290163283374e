"""Databases that accept no more writes, as on a full disk."""

from __future__ import annotations

import sqlite3
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy import make_url, text

from tests.factories import executing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from core.store.store import Store


async def fill_disk(store: Store, database_url: str) -> None:
    """Let every further write fail: SQLite gets no more page, PostgreSQL only reads.

    PostgreSQL's own answer to a full disk is of the same kind (SQLSTATE 53100).
    """
    if not database_url.startswith("sqlite"):
        await _set_read_only(store, database_url, "on")
        return
    size = await store.read(lambda tx: tx.scalar(text("PRAGMA page_count")))
    # The writing connection is the one that stays open, and keeps the limit.
    await store.write(executing(text(f"PRAGMA max_page_count = {size}")))


async def free_disk(store: Store, database_url: str) -> None:
    """Let writes succeed again."""
    if not database_url.startswith("sqlite"):
        await _set_read_only(store, database_url, "off")
        return
    await store.write(executing(text("PRAGMA max_page_count = 1000000000")))


@asynccontextmanager
async def forbidden_writes(store: Store, database_url: str) -> AsyncIterator[None]:
    """Let every write fail, even one that needs no further page: another process holds the file."""
    if not database_url.startswith("sqlite"):
        await _set_read_only(store, database_url, "on")
        yield
        await _set_read_only(store, database_url, "off")
        return
    await store.write(executing(text("PRAGMA busy_timeout = 50")))
    other = sqlite3.connect(str(make_url(database_url).database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


async def _set_read_only(store: Store, database_url: str, state: str) -> None:
    name = make_url(database_url).database
    setting = f'ALTER DATABASE "{name}" SET default_transaction_read_only = {state}'

    await store.read(executing(text(f"SET default_transaction_read_only = {state}")))
    await store.write(
        lambda tx: (
            tx.execute(text("SET TRANSACTION READ WRITE")),
            tx.execute(text(setting)),
        )
    )
    # Connections that are open keep the old setting.
    await store._readers.dispose()  # type: ignore[attr-defined] # noqa: SLF001 - its pools
    await store._writers.dispose()  # type: ignore[attr-defined] # noqa: SLF001
