"""The pool of PostgreSQL connections: which of them are checked before they are used again."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql.asyncpg import (
    AsyncAdapt_asyncpg_connection,
    AsyncAdapt_asyncpg_dbapi,
)

from core.store import postgres
from core.store.store import Store, open_store

pytestmark = pytest.mark.postgres


@pytest.fixture
async def own_store(postgres_url: str) -> AsyncIterator[Store]:
    opened = await open_store(postgres_url)
    yield opened
    await opened.close()


@pytest.fixture
def pings(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    made: list[object] = []
    ping = AsyncAdapt_asyncpg_connection.ping

    def count(connection: AsyncAdapt_asyncpg_connection) -> None:
        made.append(connection)
        ping(connection)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(AsyncAdapt_asyncpg_connection, "ping", count)
    return made


def process_id(tx: Connection) -> int:
    return int(tx.execute(text("SELECT pg_backend_pid()")).scalar_one())


async def break_connection(store: Store, postgres_url: str) -> int:
    """End the server's process behind the store's only connection; return its number."""
    broken = await store.read(process_id)
    other = await open_store(postgres_url)
    await other.read(lambda tx: tx.execute(text(f"SELECT pg_terminate_backend({broken})")))
    await other.close()
    return broken


async def test_a_connection_in_use_is_not_pinged(own_store: Store, pings: list[object]) -> None:
    numbers = {await own_store.read(process_id) for _ in range(5)}

    assert len(numbers) == 1
    assert pings == []


async def test_a_connection_that_the_server_closed_is_replaced_unnoticed(
    own_store: Store, postgres_url: str
) -> None:
    broken = await break_connection(own_store, postgres_url)

    assert await own_store.read(process_id) != broken


async def test_a_connection_that_was_idle_is_pinged(
    own_store: Store, pings: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "PING_AFTER_SECONDS", 0.0)

    numbers = {await own_store.read(process_id) for _ in range(3)}

    assert len(numbers) == 1
    assert len(pings) == 2


async def test_a_connection_that_does_not_answer_its_ping_is_replaced_unnoticed(
    own_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await own_store.read(process_id)

    def fail(_connection: AsyncAdapt_asyncpg_connection) -> None:
        raise AsyncAdapt_asyncpg_dbapi.InterfaceError("no answer")  # type: ignore[no-untyped-call]

    monkeypatch.setattr(postgres, "PING_AFTER_SECONDS", 0.0)
    monkeypatch.setattr(AsyncAdapt_asyncpg_connection, "ping", fail)

    assert await own_store.read(process_id) != first
