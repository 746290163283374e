"""Tests of reading and writing through the store, on SQLite and PostgreSQL."""

import asyncio
import stat
import threading
from datetime import datetime
from functools import partial
from pathlib import Path
from traceback import format_exception

import pytest
from sqlalchemy import Connection, select, text, update
from sqlalchemy.exc import DBAPIError, StatementError

from core.members import rows as member_rows
from core.members.rules import MemberKey
from core.schema.audit import audit_chain_tip
from core.schema.jobs import jobs
from core.schema.members import members
from core.store import migration
from core.store.postgres import MAX_ATTEMPTS
from core.store.sqlite import SqliteStore, require_wal
from core.store.store import DatabaseUrlError, Store, open_store
from core.store.writer import MAX_BATCH
from tests import databases
from tests.factories import TEAM, a_member
from tests.times import NOON

QUOTED = "magpie-" + "7731"

DEVICE = Path("/dev/null")


async def test_a_write_can_be_read_afterwards(store: Store) -> None:
    written = await store.write(lambda tx: a_member(tx, "U1", email=None))

    assert await store.read(lambda tx: member_rows.find(tx, MemberKey(TEAM, "U1"))) == written


async def test_an_operation_that_raises_is_rolled_back(store: Store) -> None:
    def write_and_raise(tx: Connection) -> None:
        a_member(tx, "U1")
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(write_and_raise)

    assert await store.read(lambda tx: member_rows.find(tx, MemberKey(TEAM, "U1"))) is None


async def test_in_a_group_commit_only_the_failed_operation_is_rolled_back(store: Store) -> None:
    def write_and_fail(tx: Connection) -> None:
        a_member(tx, "U0")
        tx.execute(text("SELECT nonsense FROM nowhere"))

    writes = [store.write(partial(a_member, member_id=f"U{n}")) for n in range(1, 20)]
    outcomes = await asyncio.gather(store.write(write_and_fail), *writes, return_exceptions=True)

    assert isinstance(outcomes[0], DBAPIError)
    found = await store.read(lambda tx: set(tx.scalars(select(members.c.member_id))))
    assert found == {f"U{n}" for n in range(1, 20)}


async def test_no_update_of_fifty_concurrent_read_modify_writes_is_lost(store: Store) -> None:
    def insert_row(tx: Connection) -> None:
        tx.execute(audit_chain_tip.insert().values(id=1, entry_id=0, entry_hash=""))

    def add_one(tx: Connection) -> None:
        number = tx.execute(select(audit_chain_tip.c.entry_id).with_for_update()).scalar_one()
        tx.execute(update(audit_chain_tip).values(entry_id=number + 1))

    await store.write(insert_row)

    await asyncio.gather(*[store.write(add_one) for _ in range(50)])

    assert await store.read(lambda tx: tx.scalar(select(audit_chain_tip.c.entry_id))) == 50


async def test_an_operation_runs_to_its_end_when_its_caller_is_cancelled(store: Store) -> None:
    task = asyncio.create_task(store.write(lambda tx: a_member(tx, "U1")))
    await asyncio.sleep(0)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    await store.write(lambda tx: a_member(tx, "U2"))
    await asyncio.sleep(0.2)
    found = await store.read(lambda tx: member_rows.find(tx, MemberKey(TEAM, "U1")))
    assert found is not None


async def test_a_datetime_without_a_time_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="time zone"):
        await store.write(lambda tx: a_member(tx, "U1", seen_at=datetime(2026, 1, 1)))  # noqa: DTZ001


async def test_a_closed_sqlite_store_refuses_operations(tmp_path: Path) -> None:
    store = SqliteStore(str(tmp_path / "a.sqlite3"))
    await store.close()
    await store.close()

    with pytest.raises(RuntimeError, match="closed"):
        await store.write(lambda _: None)
    with pytest.raises(RuntimeError, match="shutdown"):
        await store.read(lambda _: None)


async def test_reads_of_a_sqlite_file_run_concurrently(tmp_path: Path) -> None:
    store = SqliteStore(str(tmp_path / "a.sqlite3"))
    await store.write(lambda _: None)
    together = threading.Barrier(2, timeout=5)

    arrived = await asyncio.gather(*(store.read(lambda _: together.wait()) for _ in range(2)))

    assert sorted(arrived) == [0, 1]
    await store.close()


def permissions_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_only_its_owner_can_read_the_sqlite_file(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'new' / 'a.sqlite3'}")
    await store.write(lambda _: None)
    await store.close()

    assert permissions_of(tmp_path / "new" / "a.sqlite3") == 0o600


async def test_a_file_that_cannot_have_a_write_ahead_log_is_refused() -> None:
    store = SqliteStore(str(DEVICE))

    with pytest.raises(Exception, match=r"write-ahead log|unable to open|disk"):
        await store.write(lambda _: None)
    await store.close()

    assert permissions_of(DEVICE) == 0o666


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y"])
def test_an_unsupported_database_url_is_refused(url: str) -> None:
    with pytest.raises(DatabaseUrlError, match="sqlite:///FILE"):
        open_store(url)


def test_a_journal_mode_other_than_wal_is_refused() -> None:
    with pytest.raises(RuntimeError, match="write-ahead log"):
        require_wal(("delete",))


async def test_operations_queued_before_the_store_closes_still_run(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.sqlite3'}"
    store = open_store(url)
    await store.write(migration.upgrade)
    # The end of the queue lies within the last batch.
    count = 3 * MAX_BATCH + 1
    begun, released = threading.Event(), threading.Event()

    def block_the_writer(_: Connection) -> None:
        begun.set()
        released.wait(10)

    slow = asyncio.create_task(store.write(block_the_writer))
    await asyncio.to_thread(begun.wait, 10)
    tasks = [
        asyncio.create_task(store.write(partial(a_member, member_id=f"U{n}"))) for n in range(count)
    ]
    await asyncio.sleep(0)
    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    released.set()
    await closing

    assert len(await asyncio.gather(*tasks)) == count
    await slow


@pytest.mark.postgres
async def test_an_operation_is_retried_after_a_serialization_failure(postgres_url: str) -> None:
    store = open_store(postgres_url)
    await store.write(databases.empty)
    attempts: list[int] = []

    def fail_serialization(tx: Connection) -> None:
        attempts.append(1)
        a_member(tx, f"U{len(attempts)}")
        if len(attempts) < 3:
            tx.execute(text("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$"))

    await store.write(fail_serialization)

    found = await store.read(lambda tx: set(tx.scalars(select(members.c.member_id))))
    assert found == {"U3"}
    await store.close()


@pytest.mark.postgres
async def test_an_error_that_persists_is_raised_after_the_last_attempt(postgres_url: str) -> None:
    store = open_store(postgres_url)
    attempts: list[int] = []

    def fail_serialization(tx: Connection) -> None:
        attempts.append(1)
        tx.execute(text("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$"))

    with pytest.raises(DBAPIError):
        await store.write(fail_serialization)

    assert len(attempts) == MAX_ATTEMPTS
    await store.close()


async def test_a_database_error_does_not_quote_values(store: Store) -> None:  # D22
    def insert_twice(tx: Connection) -> None:
        row = {"name": QUOTED, "due_at": NOON, "failures": 0}
        tx.execute(jobs.insert(), [row])
        tx.execute(jobs.insert(), [row])

    with pytest.raises(DBAPIError) as raised:
        await store.write(insert_twice)

    assert QUOTED not in "".join(format_exception(raised.value)) + str(raised.value.orig)


@pytest.mark.postgres
async def test_a_value_of_the_wrong_type_is_not_quoted(postgres_url: str) -> None:  # D22
    opened = open_store(postgres_url)
    query = text("SELECT CAST(:value AS integer)").bindparams(value=QUOTED)

    with pytest.raises(DBAPIError) as raised:
        await opened.read(lambda tx: tx.execute(query))

    await opened.close()
    assert QUOTED not in "".join(format_exception(raised.value)) + str(raised.value.orig)
