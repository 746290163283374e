"""Provides real databases: an SQLite file per test, and one PostgreSQL database per run."""

import asyncio
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from core.schema.tables import metadata
from core.store import migration, postgres, sqlite
from core.store.store import open_store

POSTGRES = os.environ.get("IMI_TEST_POSTGRES_URL")
T = TypeVar("T")
_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
)
# The tables that have rows, those that refer to others first.
_FILLED = text(
    " UNION ALL ".join(
        f"SELECT '{one.name}', pg_relation_size('{one.name}')"  # noqa: S608 - our own names
        f" WHERE EXISTS (SELECT FROM {one.name})"
        for one in reversed(metadata.sorted_tables)
    )
)
# The size of a table of a few hundred rows. Deleted rows take room too, until it is truncated.
_FEW_BYTES = 128 * 1024
_START_NUMBERS_ANEW = text(
    "SELECT setval(sequence.seqrelid, sequence.seqstart, false) FROM pg_sequence AS sequence"
    " WHERE pg_sequence_last_value(sequence.seqrelid) IS NOT NULL"
)
COMPLETE = "IMI_TEST_COMPLETE" in os.environ


def sqlite_copy(template: Path, here: Path) -> str:
    """Return the URL of a copy of an SQLite file, for one test."""
    shutil.copy(template, here / "imi.sqlite3")
    return f"sqlite:///{here / 'imi.sqlite3'}"


def compile_once(patch: pytest.MonkeyPatch) -> None:
    """Let all engines of a kind share what SQLAlchemy has compiled.

    A process of the product has one engine and compiles each statement once; the tests have an
    engine each, and would compile anew in each.
    """
    patch.setattr(sqlite, "create_engine", _with_shared_cache(create_engine, lambda engine: engine))
    patch.setattr(
        postgres,
        "create_async_engine",
        _with_shared_cache(create_async_engine, lambda engine: engine.sync_engine),
    )


def _with_shared_cache(make: Callable[..., T], inner: Callable[[T], Engine]) -> Callable[..., T]:
    compiled: dict[Any, Any] = {}
    known: list[Dialect] = []

    def make_with_shared_cache(url: str | URL, **settings: Any) -> T:  # noqa: ANN401 - the engine's own
        made = make(url, **settings)
        engine = inner(made)
        # One that has met its database; until then it does not know what that can do.
        met = [one for one in known if one.server_version_info is not None]
        if met:
            engine.dialect = met[0]
        else:
            known.append(engine.dialect)
        engine.update_execution_options(compiled_cache=compiled)
        return made

    return make_with_shared_cache


def migrate(url: str) -> None:
    """Make the tables."""
    write_alone(url, migration.upgrade)


def wait_for_a_blocked_transaction(tx: Connection) -> bool:
    """Wait until another transaction waits for a lock of this one; False after ten seconds."""
    for _ in range(200):
        # PostgreSQL shows a transaction the same activity again and again otherwise.
        tx.execute(text("SELECT pg_stat_clear_snapshot()"))
        if tx.scalar(_WAITING):
            return True
        time.sleep(0.05)
    return False


def write_alone(url: str, operation: Callable[[Connection], T]) -> T:
    """Run the operation in an event loop, a store and so a connection of its own."""

    async def write() -> T:
        store = await open_store(url)
        try:
            return await store.write(operation)
        finally:
            await store.close()

    return asyncio.run(write())


@contextmanager
def postgres_database(server: str, *, migrated: bool = True) -> Iterator[str]:
    """Make a database on the server, with the tables or bare, and drop it at the end."""
    name = f"imi_test_{uuid.uuid4().hex[:12]}"
    asyncio.run(_administer(server, f"CREATE DATABASE {name}"))
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    try:
        if migrated:
            migrate(url)
        yield url
    finally:
        asyncio.run(_administer(server, f"DROP DATABASE {name} WITH (FORCE)"))


def empty(tx: Connection) -> None:
    """Empty every table of a PostgreSQL database and start every number anew.

    To truncate tables, PostgreSQL makes new files for them and for their indexes, which takes
    forty times as long as to delete a few rows.
    """
    filled = tx.execute(_FILLED).all()
    if any(size > _FEW_BYTES for _, size in filled):
        tx.execute(text(f"TRUNCATE {', '.join(name for name, _ in filled)} CASCADE"))
    else:
        for name, _ in filled:
            tx.execute(text(f"DELETE FROM {name}"))  # noqa: S608 - our own names
    tx.execute(_START_NUMBERS_ANEW)


async def _administer(server: str, statement: str) -> None:
    engine = create_async_engine(
        make_url(server).set(drivername="postgresql+asyncpg"), isolation_level="AUTOCOMMIT"
    )
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()
