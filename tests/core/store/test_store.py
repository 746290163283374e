"""Tests of reading and writing through the store, on SQLite and PostgreSQL."""

import asyncio
from datetime import datetime
from functools import partial
from traceback import format_exception

import pytest
from sqlalchemy import Connection, select, text, update
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.util import await_only

from core.members import rows as member_rows
from core.members.rules import MemberKey
from core.schema.audit import audit_chain_tip
from core.schema.jobs import jobs
from core.schema.members import members
from core.store.postgres import MAX_ATTEMPTS, MAX_WRITERS
from core.store.store import DatabaseUrlError, Store, open_store
from tests import databases
from tests.factories import TEAM, a_member
from tests.times import NOON

QUOTED = "magpie-" + "7731"


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


async def test_ten_refusals_in_a_batch_of_thirty_undo_only_themselves(store: Store) -> None:
    def write_and_refuse(tx: Connection, number: int) -> None:
        a_member(tx, f"U{number}")
        if number % 3 == 0:
            raise LookupError(number)

    outcomes = await asyncio.gather(
        *(store.write(partial(write_and_refuse, number=n)) for n in range(30)),
        return_exceptions=True,
    )

    refused = [n for n, outcome in enumerate(outcomes) if isinstance(outcome, LookupError)]
    assert refused == list(range(0, 30, 3))
    found = await store.read(lambda tx: set(tx.scalars(select(members.c.member_id))))
    assert found == {f"U{n}" for n in range(30) if n % 3}


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


@pytest.mark.parametrize("way", ["read", "write"])
async def test_closing_waits_for_operations_in_progress(postgres_url: str, way: str) -> None:
    store, ended = await open_store(postgres_url), list[str]()
    begun = asyncio.Event()

    def operate(tx: Connection) -> None:
        begun.set()
        tx.execute(text("SELECT pg_sleep(0.3)"))
        ended.append(way)

    task = asyncio.create_task(getattr(store, way)(operate))
    await begun.wait()
    if way == "write":
        # It is carried out, although nobody waits for it any more.
        task.cancel()
    await store.close()

    assert ended == [way]
    await asyncio.wait([task])


async def test_a_datetime_without_a_time_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="time zone"):
        await store.write(lambda tx: a_member(tx, "U1", seen_at=datetime(2026, 1, 1)))  # noqa: DTZ001


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y"])
async def test_an_unsupported_database_url_is_refused(url: str) -> None:
    with pytest.raises(DatabaseUrlError, match="sqlite:///FILE"):
        await open_store(url)


@pytest.mark.postgres
async def test_an_operation_is_retried_after_a_serialization_failure(postgres_url: str) -> None:
    store = await open_store(postgres_url)
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
    store = await open_store(postgres_url)
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
    opened = await open_store(postgres_url)
    query = text("SELECT CAST(:value AS integer)").bindparams(value=QUOTED)

    with pytest.raises(DBAPIError) as raised:
        await opened.read(lambda tx: tx.execute(query))

    await opened.close()
    assert QUOTED not in "".join(format_exception(raised.value)) + str(raised.value.orig)


@pytest.mark.postgres
async def test_writers_that_wait_for_a_lock_leave_connections_for_reads(postgres_url: str) -> None:
    store, holder = await open_store(postgres_url), await open_store(postgres_url)
    held, released = asyncio.Event(), asyncio.Event()

    def lock(tx: Connection) -> None:
        tx.execute(text("SELECT pg_advisory_xact_lock(15)"))

    def lock_and_hold(tx: Connection) -> None:
        lock(tx)
        held.set()
        await_only(released.wait())

    holding = asyncio.create_task(holder.write(lock_and_hold))
    await held.wait()
    waiting = [asyncio.create_task(store.write(lock)) for _ in range(40)]
    while await holder.read(_blocked_transactions) < MAX_WRITERS:  # noqa: ASYNC110 - PostgreSQL tells nobody
        await asyncio.sleep(0.01)

    async with asyncio.timeout(20):
        answer = await store.read(lambda tx: tx.scalar(text("SELECT 1")))

    released.set()
    await asyncio.gather(holding, *waiting)
    assert answer == 1
    await store.close()
    await holder.close()


def _blocked_transactions(tx: Connection) -> int:
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    return tx.scalar(text(f"{query} AND wait_event_type = 'Lock'")) or 0
