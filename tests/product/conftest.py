"""Fixtures: the whole product, connected by HTTP or Socket Mode, on SQLite and PostgreSQL."""

import io
from collections.abc import AsyncIterator

import pytest

from bot.demo.demo import Demo, DemoOptions, running_demo
from core.passwords.hashing import Hasher
from core.store.store import open_store
from tests import databases
from tests.bot.log_capture import log_to_memory

QUICK = Hasher(memory_kib=8, rounds=1)


@pytest.fixture
def logs() -> io.StringIO:
    """The product's log in this test."""
    return log_to_memory()


@pytest.fixture(params=["http", "socket"])
def transport(request: pytest.FixtureRequest) -> str:
    """The transport over which Slack reaches the product: `http` or `socket`."""
    return str(request.param)


@pytest.fixture
async def demo(logs: io.StringIO, transport: str, database_url: str) -> AsyncIterator[Demo]:
    """The product with its country registered."""
    assert logs.getvalue() == ""
    if database_url.startswith("postgresql"):
        store = await open_store(database_url)
        await store.write(databases.empty)
        await store.close()
    options = DemoOptions(
        0,
        0,
        socket_mode=transport == "socket",
        database_url=database_url,
        hasher=QUICK,
        real_rate_limits=False,
    )
    async with running_demo(options) as running:
        yield running
