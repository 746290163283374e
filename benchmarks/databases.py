"""New databases for benchmarks, on SQLite or on the PostgreSQL server of the tests."""

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, NullPool, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

# Names a server on which databases may be created, as for the tests.
POSTGRES = os.environ.get("IMI_TEST_POSTGRES_URL")


@asynccontextmanager
async def new_database(kind: str) -> AsyncIterator[str]:
    """Give the URL of an empty database, `sqlite` or `postgres`, which is removed at the end."""
    if kind == "sqlite":
        with TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'imi.sqlite3'}"
        return
    assert POSTGRES is not None, "IMI_TEST_POSTGRES_URL is missing"
    name = f"imi_benchmark_{uuid.uuid4().hex[:12]}"
    await _execute(f'CREATE DATABASE "{name}"')
    try:
        yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    finally:
        await _execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def gather_statistics(tx: Connection) -> None:
    """Let PostgreSQL know how much was written, as its autovacuum does within a minute."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("ANALYZE"))


async def _execute(statement: str) -> None:
    assert POSTGRES is not None
    server = make_url(POSTGRES).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.execute(text(statement))
