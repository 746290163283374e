"""The two doors, on both databases."""

import asyncio
import stat
import threading
from datetime import datetime
from functools import partial
from pathlib import Path
from traceback import format_exception

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, select, text, update
from sqlalchemy.exc import DBAPIError, StatementError

from core.members import rows as member_rows
from core.members.rules import MemberKey
from core.schema.audit import audit_chain_tip
from core.schema.jobs import jobs
from core.schema.members import members
from core.schema.tables import metadata
from core.store import migration
from core.store.postgres import MOST_TRIES
from core.store.sqlite import SqliteStore, require_wal
from core.store.store import DatabaseUrlError, Store, open_store
from core.store.writer import MOST_TOGETHER
from tests import databases
from tests.factories import TEAM, a_member
from tests.times import NOON

QUOTED = "magpie-" + "7731"

DEVICE = Path("/dev/null")


async def test_what_a_wish_writes_is_there_to_read(store: Store) -> None:
    written = await store.write(lambda tx: a_member(tx, "U1"))

    assert await store.read(lambda tx: member_rows.find(tx, MemberKey(TEAM, "U1"))) == written


async def test_a_wish_that_raises_leaves_nothing(store: Store) -> None:
    def wish(tx: Connection) -> None:
        a_member(tx, "U1")
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(wish)

    assert await store.read(lambda tx: member_rows.find(tx, MemberKey(TEAM, "U1"))) is None


async def test_of_wishes_granted_together_only_the_broken_one_is_undone(store: Store) -> None:
    def break_it(tx: Connection) -> None:
        a_member(tx, "U0")
        tx.execute(text("SELECT nonsense FROM nowhere"))

    wishes = [store.write(partial(a_member, member_id=f"U{n}")) for n in range(1, 20)]
    outcomes = await asyncio.gather(store.write(break_it), *wishes, return_exceptions=True)

    assert isinstance(outcomes[0], DBAPIError)
    found = await store.read(lambda tx: set(tx.scalars(select(members.c.member_id))))
    assert found == {f"U{n}" for n in range(1, 20)}


async def test_fifty_read_modify_writes_lose_no_update(store: Store) -> None:
    def begin(tx: Connection) -> None:
        tx.execute(audit_chain_tip.insert().values(id=1, entry_id=0, entry_hash=""))

    def add_one(tx: Connection) -> None:
        number = tx.execute(select(audit_chain_tip.c.entry_id).with_for_update()).scalar_one()
        tx.execute(update(audit_chain_tip).values(entry_id=number + 1))

    await store.write(begin)

    await asyncio.gather(*[store.write(add_one) for _ in range(50)])

    assert await store.read(lambda tx: tx.scalar(select(audit_chain_tip.c.entry_id))) == 50


async def test_a_cancelled_caller_leaves_the_wish_whole(store: Store) -> None:
    task = asyncio.create_task(store.write(lambda tx: a_member(tx, "U1")))
    await asyncio.sleep(0)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    await store.write(lambda tx: a_member(tx, "U2"))
    await asyncio.sleep(0.2)
    found = await store.read(lambda tx: member_rows.find(tx, MemberKey(TEAM, "U1")))
    assert found is not None


async def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="time zone"):
        await store.write(lambda tx: a_member(tx, "U1", seen_at=datetime(2026, 1, 1)))  # noqa: DTZ001


def not_of_the_search(_thing: object, name: str | None, *_more: object) -> bool:
    """The index that each database makes of `authority_search` is its own kind of table."""
    return not str(name).startswith("search_")


async def test_the_migrations_make_just_the_tables_of_the_code(store: Store) -> None:
    def differences(tx: Connection) -> list[object]:
        opts = {"include_object": not_of_the_search}
        return list(compare_metadata(MigrationContext.configure(tx, opts=opts), metadata))

    assert await store.read(differences) == []
    assert await store.read(migration.version_of) == migration.newest()


async def test_a_closed_sqlite_store_takes_no_wish(tmp_path: Path) -> None:
    store = SqliteStore(str(tmp_path / "a.sqlite3"))
    await store.close()
    await store.close()

    with pytest.raises(RuntimeError, match="closed"):
        await store.write(lambda _: None)
    with pytest.raises(RuntimeError, match="shutdown"):
        await store.read(lambda _: None)


async def test_reads_of_a_sqlite_file_go_side_by_side(tmp_path: Path) -> None:
    store = SqliteStore(str(tmp_path / "a.sqlite3"))
    await store.write(lambda _: None)
    together = threading.Barrier(2, timeout=5)

    arrived = await asyncio.gather(*(store.read(lambda _: together.wait()) for _ in range(2)))

    assert sorted(arrived) == [0, 1]
    await store.close()


def rights_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_the_sqlite_file_is_its_owners_alone(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'new' / 'a.sqlite3'}")
    await store.write(lambda _: None)
    await store.close()

    assert rights_of(tmp_path / "new" / "a.sqlite3") == 0o600


async def test_a_file_system_without_write_ahead_log_is_refused() -> None:
    store = SqliteStore(str(DEVICE))

    with pytest.raises(Exception, match=r"write-ahead log|unable to open|disk"):
        await store.write(lambda _: None)
    await store.close()

    assert rights_of(DEVICE) == 0o666


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y"])
def test_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(DatabaseUrlError, match="sqlite:///FILE"):
        open_store(url)


def test_another_mode_than_the_write_ahead_log_is_refused() -> None:
    with pytest.raises(RuntimeError, match="write-ahead log"):
        require_wal(("delete",))


async def test_what_waits_at_the_end_is_still_carried_out(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.sqlite3'}"
    store = open_store(url)
    await store.write(migration.upgrade)
    # The end comes up while a batch is being gathered.
    count = 3 * MOST_TOGETHER + 1
    begun, held = threading.Event(), threading.Event()

    def hold(_: Connection) -> None:
        begun.set()
        held.wait(10)

    slow = asyncio.create_task(store.write(hold))
    await asyncio.to_thread(begun.wait, 10)
    tasks = [
        asyncio.create_task(store.write(partial(a_member, member_id=f"U{n}"))) for n in range(count)
    ]
    await asyncio.sleep(0)
    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    held.set()
    await closing

    assert len(await asyncio.gather(*tasks)) == count
    await slow


@pytest.mark.postgres
async def test_a_wish_that_postgres_breaks_off_runs_again(postgres_url: str) -> None:
    store = open_store(postgres_url)
    await store.write(databases.empty)
    tries: list[int] = []

    def collide(tx: Connection) -> None:
        tries.append(1)
        a_member(tx, f"U{len(tries)}")
        if len(tries) < 3:
            tx.execute(text("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$"))

    await store.write(collide)

    found = await store.read(lambda tx: set(tx.scalars(select(members.c.member_id))))
    assert found == {"U3"}
    await store.close()


@pytest.mark.postgres
async def test_a_fault_that_stays_is_told_after_some_tries(postgres_url: str) -> None:
    store = open_store(postgres_url)
    tries: list[int] = []

    def collide(tx: Connection) -> None:
        tries.append(1)
        tx.execute(text("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$"))

    with pytest.raises(DBAPIError):
        await store.write(collide)

    assert len(tries) == MOST_TRIES
    await store.close()


async def test_an_error_of_the_database_quotes_nothing(store: Store) -> None:  # D22
    def twice(tx: Connection) -> None:
        row = {"name": QUOTED, "due_at": NOON, "failures": 0}
        tx.execute(jobs.insert(), [row])
        tx.execute(jobs.insert(), [row])

    with pytest.raises(DBAPIError) as raised:
        await store.write(twice)

    assert QUOTED not in "".join(format_exception(raised.value))


@pytest.mark.postgres
async def test_a_value_of_another_type_is_not_quoted(postgres_url: str) -> None:  # D22
    opened = open_store(postgres_url)
    query = text("SELECT CAST(:value AS integer)").bindparams(value=QUOTED)

    with pytest.raises(DBAPIError) as raised:
        await opened.read(lambda tx: tx.execute(query))

    await opened.close()
    assert QUOTED not in "".join(format_exception(raised.value))
