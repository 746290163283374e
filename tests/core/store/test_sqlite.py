"""Tests of the store on SQLite: its threads, its group commit, and its file."""

import asyncio
import inspect
import logging
import stat
import threading
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import aiosqlite
import pytest
from sqlalchemy import Connection, text

from bot.monitoring.logs import set_up_logs
from core.store import migration
from core.store.outages import DatabaseUnavailableError
from core.store.sqlite import READER_THREADS, require_wal
from core.store.store import Store, open_store
from core.store.writer import MAX_BATCH
from tests.core.store.threads import Blocked, all_end
from tests.factories import a_member

QUOTED = "magpie-" + "7731"

DEVICE = Path("/dev/null")


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The URL of a file in a directory, neither of which is there yet."""
    return f"sqlite:///{tmp_path / 'new' / 'a.sqlite3'}"


@pytest.fixture
async def sqlite(url: str) -> AsyncIterator[Store]:
    """A store without tables."""
    store = await open_store(url)
    yield store
    await store.close()


async def test_reads_run_concurrently(sqlite: Store) -> None:
    together = threading.Barrier(2, timeout=5)

    arrived = await asyncio.gather(*(sqlite.read(lambda _: together.wait()) for _ in range(2)))

    assert sorted(arrived) == [0, 1]


async def test_a_read_does_not_wait_behind_a_long_one(sqlite: Store) -> None:
    blocked = Blocked()
    long = asyncio.create_task(sqlite.read(blocked))
    await asyncio.to_thread(blocked.begun.wait, 10)

    for _ in range(2 * READER_THREADS):
        await asyncio.wait_for(sqlite.read(lambda _: None), 5)

    assert not long.done()
    blocked.released.set()
    assert await long


async def test_reads_go_on_after_more_cancelled_ones_than_there_are_readers(sqlite: Store) -> None:
    blocked = Blocked()
    reads = [asyncio.create_task(sqlite.read(blocked)) for _ in range(3 * READER_THREADS)]
    await asyncio.to_thread(blocked.begun.wait, 10)

    for read in reads:
        read.cancel()
    ends = await asyncio.gather(*reads, return_exceptions=True)
    blocked.released.set()

    assert {type(end) for end in ends} == {asyncio.CancelledError}
    assert await sqlite.read(lambda tx: tx.scalar(text("SELECT 1"))) == 1


async def test_a_read_cannot_write(sqlite: Store) -> None:
    with pytest.raises(DatabaseUnavailableError, match="readonly database"):
        await sqlite.read(lambda tx: tx.execute(text("CREATE TABLE a (b INTEGER)")))


async def test_another_event_loop_can_read_and_write(sqlite: Store) -> None:
    async def write_and_read() -> int | None:
        await sqlite.write(lambda tx: tx.execute(text("CREATE TABLE a AS SELECT 7 AS b")))
        return await sqlite.read(lambda tx: tx.scalar(text("SELECT b FROM a")))

    assert await asyncio.to_thread(asyncio.run, write_and_read()) == 7
    assert await sqlite.read(lambda tx: tx.scalar(text("SELECT b FROM a"))) == 7


async def test_operations_that_wait_together_share_one_transaction(sqlite: Store) -> None:
    """A commit waits for the disk: 64 of them would wait 64 times."""
    blocked = Blocked()
    first = asyncio.create_task(sqlite.write(blocked))
    await asyncio.to_thread(blocked.begun.wait, 10)
    writes = [
        asyncio.create_task(sqlite.write(lambda tx: id(tx.get_transaction())))
        for _ in range(MAX_BATCH)
    ]
    await asyncio.sleep(0)
    blocked.released.set()

    assert len(set(await asyncio.gather(*writes))) == 1
    await first


async def test_operations_that_wait_still_run_when_the_store_closes(url: str) -> None:
    store = await open_store(url)
    await store.write(migration.upgrade)
    # The end of the queue lies within the last batch.
    count = 3 * MAX_BATCH + 1
    blocked = Blocked()
    slow = asyncio.create_task(store.write(blocked))
    await asyncio.to_thread(blocked.begun.wait, 10)
    writes = [
        asyncio.create_task(store.write(partial(a_member, member_id=f"U{n}"))) for n in range(count)
    ]
    await asyncio.sleep(0)

    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    blocked.released.set()
    await closing

    assert len(await asyncio.gather(*writes)) == count
    await slow


def test_the_protected_method_of_aiosqlite_exists() -> None:
    """`SqliteThread.run` hands it whole functions, although its name is protected."""
    assert inspect.iscoroutinefunction(aiosqlite.Connection._execute)  # noqa: SLF001


async def test_no_parameter_is_logged_at_the_level_debug(  # D22
    sqlite: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    set_up_logs()

    await sqlite.write(partial(_ignore, secret=QUOTED))

    assert QUOTED not in caplog.text
    assert "aiosqlite" not in {record.name for record in caplog.records}


def _ignore(_: Connection, secret: str) -> None:
    del secret


def permissions_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_only_its_owner_can_read_the_sqlite_file(sqlite: Store, tmp_path: Path) -> None:
    await sqlite.write(lambda _: None)

    assert permissions_of(tmp_path / "new" / "a.sqlite3") == 0o600


async def test_a_file_that_cannot_have_a_write_ahead_log_is_refused() -> None:
    before = threading.enumerate()

    with pytest.raises(Exception, match=r"write-ahead log|unable to open|disk"):
        await open_store(f"sqlite:///{DEVICE}")

    await all_end(set(threading.enumerate()) - set(before))
    assert permissions_of(DEVICE) == 0o666


def test_a_journal_mode_other_than_wal_is_refused() -> None:
    with pytest.raises(RuntimeError, match="write-ahead log"):
        require_wal(("delete",))
