"""Real databases for the tests: an SQLite file a test, and one PostgreSQL database a run."""

import asyncio
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from core.store import schema
from core.store.store import open_store
from core.tables import metadata

POSTGRES = os.environ.get("IMI_TEST_POSTGRES_URL")
COMPLETE = "IMI_TEST_COMPLETE" in os.environ


def empty_sqlite(template: Path, here: Path) -> str:
    """Return the URL of a migrated SQLite file of the test's own."""
    shutil.copy(template, here / "imi.sqlite3")
    return f"sqlite:///{here / 'imi.sqlite3'}"


def migrate(url: str) -> None:
    """Make the tables."""

    async def work() -> None:
        store = open_store(url)
        await store.write(schema.upgrade)
        await store.close()

    asyncio.run(work())


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
    """Empty every table and start every number anew."""
    names = ", ".join(table.name for table in metadata.sorted_tables)
    tx.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


async def _administer(server: str, statement: str) -> None:
    engine = create_async_engine(
        make_url(server).set(drivername="postgresql+asyncpg"), isolation_level="AUTOCOMMIT"
    )
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()
