"""Tests that every thread of the store on SQLite ends when the store is closed."""

import asyncio
import threading
from pathlib import Path

import pytest

from core.store.sqlite import READER_THREADS
from core.store.store import Store, open_store
from tests.core.store.threads import Blocked, all_end


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'a.sqlite3'}"


async def test_closing_ends_every_thread(url: str) -> None:
    before = threading.enumerate()
    store = await open_store(url)
    threads = set(threading.enumerate()) - set(before)

    await store.close()
    await store.close()

    assert len(threads) == 1 + READER_THREADS
    await all_end(threads)


async def closing_is_cancelled(
    store: Store, threads: set[threading.Thread], blocked: Blocked, alive: int
) -> None:
    """Cancel `close` while it waits for a blocked thread, and so many are alive; release them."""
    closing = asyncio.create_task(store.close())
    while sum(thread.is_alive() for thread in threads) > alive:  # noqa: ASYNC110 - polled
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.01)
    closing.cancel()
    await asyncio.sleep(0)
    blocked.released.set()
    with pytest.raises(asyncio.CancelledError):
        await closing
    try:
        await all_end(threads)
    finally:
        # Threads of aiosqlite are no daemons: one that stays would keep the process alive.
        await store.close()


async def test_every_thread_ends_if_closing_is_cancelled_while_the_writer_closes(url: str) -> None:
    before = threading.enumerate()
    store = await open_store(url)
    threads = set(threading.enumerate()) - set(before)
    blocked = Blocked()
    slow = asyncio.create_task(store.write(blocked))
    await asyncio.to_thread(blocked.begun.wait, 10)

    await closing_is_cancelled(store, threads, blocked, 1 + READER_THREADS)

    assert await slow


async def test_every_thread_ends_if_closing_is_cancelled_while_a_reader_closes(url: str) -> None:
    before = threading.enumerate()
    store = await open_store(url)
    threads = set(threading.enumerate()) - set(before)
    blocked = Blocked()
    slow = [asyncio.create_task(store.read(blocked)) for _ in range(READER_THREADS)]
    await asyncio.to_thread(blocked.begun.wait, 10)

    await closing_is_cancelled(store, threads, blocked, READER_THREADS)

    assert all(await asyncio.gather(*slow))


async def test_a_closed_store_refuses_operations(url: str) -> None:
    store = await open_store(url)
    await store.close()

    with pytest.raises(RuntimeError, match="closed"):
        await store.write(lambda _: None)
    with pytest.raises(RuntimeError, match="closed"):
        await store.read(lambda _: None)
