"""Tests that verification detects any tampering by SQL, given posted checkpoints (D22)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, text, update

from core.audit import service, verification
from core.audit.chain import MOST_NAMED, ChainFault, ChainFinding
from core.audit.rows import checkpoints, entries
from core.audit.rules import ANONYMOUS, SYSTEM, Act, AuditEvent
from core.audit.verification import LONGEST_UNSIGNED, VerificationResult, verify
from core.rulebook import Rulebook
from core.schema.audit import audit_chain_tip, audit_checkpoints, audit_entries
from core.store.store import Store, open_store
from tests import databases
from tests.core.audit import tampering
from tests.core.audit.growing import KEY, erase_user, grow, sign
from tests.core.audit.tampering import read_all
from tests.factories import a_user, an_authority, executing
from tests.times import NOON

# A random generator, because hypothesis cannot draw values in the threads of the store.
CHANCES = st.integers(0, 2**32).map(Random)


@pytest.fixture
async def sqlite_store(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Store]:
    """A database that stores values of any type in any column."""
    opened = await open_store(databases.sqlite_copy(sqlite_template, tmp_path))
    yield opened
    await opened.close()


def ignore_progress(_checked: int, _newest: int) -> None:
    """Take a report of progress, and do nothing."""


async def verify_trail(
    store: Store, posted: dict[int, str] | None = None, *, now: datetime = NOON
) -> VerificationResult:
    return await store.read(lambda tx: verify(tx, [KEY], posted or {}, ignore_progress, now))


async def record(store: Store, count: int, *, checkpoints_at: tuple[int, ...] = ()) -> None:
    def record_entries(tx: Connection) -> None:
        for number in range(1, count + 1):
            audit_event = service.event_about(
                ANONYMOUS, Act.SENT_AGAIN, authority_id=1, user_id=number
            )
            service.record(tx, audit_event, NOON)
            if number in checkpoints_at:
                sign(tx, KEY, NOON + timedelta(days=number))

    await store.write(record_entries)


@settings(max_examples=25)
@given(chance=CHANCES)
async def test_an_untouched_trail_has_no_faults(store: Store, chance: Random) -> None:
    posted = await store.write(lambda tx: grow(tx, chance))

    result = await verify_trail(store, posted)

    assert (result.faults, result.findings) == (0, ())
    assert result.covered_up_to == result.entries == max(posted)


@pytest.mark.parametrize("act", tampering.ACTS)
@settings(max_examples=30)
@given(chance=CHANCES)
async def test_every_kind_of_tampering_by_sql_is_found(  # D22
    store: Store, act: Callable[[Connection, Random], None], chance: Random
) -> None:
    posted = await store.write(lambda tx: grow(tx, chance))
    before = await store.read(read_all)
    await store.write(lambda tx: act(tx, chance))
    assume(await store.read(read_all) != before)

    assert (await verify_trail(store, posted)).faults > 0


async def test_entries_after_the_last_checkpoint_are_reported_as_not_covered(store: Store) -> None:
    await record(store, 5, checkpoints_at=(3,))

    def replace_the_last_entry(tx: Connection) -> None:
        (newest,) = entries.page(tx, 4, 1)
        tx.execute(delete(audit_entries).where(audit_entries.c.id == newest.id))
        tx.execute(update(audit_chain_tip).values(entry_id=4, entry_hash=newest.previous_hash))
        audit_event = service.event_about(SYSTEM, Act.SIGNED_IN, authority_id=1)
        service.record(tx, audit_event, NOON)

    await store.write(replace_the_last_entry)

    # The entries after the last checkpoint can be replaced until the next one is signed and posted.
    result = await verify_trail(store)
    assert (result.faults, result.covered_up_to, result.entries) == (0, 3, 5)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "'yesterday'"),
        ("at", "7"),
        ("details", "'{'"),
        ("details", "5"),
        ("details", "'[]'"),
        ("details", "CAST(X'FF' AS TEXT)"),
        ("salt", "X'00'"),
        ("actor_kind", "X'00'"),
        ("user_id", "'x'"),
    ],
)
async def test_unreadable_entries_are_reported(
    sqlite_store: Store, column: str, value: str
) -> None:
    await record(sqlite_store, 5, checkpoints_at=(2, 5))
    statement = text(f"UPDATE audit_entries SET {column} = {value} WHERE id IN (3, 5)")  # noqa: S608 - ours
    await sqlite_store.write(executing(statement))

    result = await verify_trail(sqlite_store)

    assert result.findings == (
        ChainFinding(3, ChainFault.ALTERED),
        ChainFinding(5, ChainFault.ALTERED),
    )


@pytest.mark.parametrize(
    ("column", "value"), [("made_at", "'yesterday'"), ("mac", "X'00'"), ("entry_hash", "X'00'")]
)
async def test_an_unreadable_checkpoint_is_reported(
    sqlite_store: Store, column: str, value: str
) -> None:
    await record(sqlite_store, 3, checkpoints_at=(2, 3))
    statement = text(f"UPDATE audit_checkpoints SET {column} = {value} WHERE number = 2")  # noqa: S608 - ours
    await sqlite_store.write(executing(statement))

    result = await verify_trail(sqlite_store)

    assert (result.invalid, result.faults) == ((2,), 1)


async def test_a_posted_checkpoint_that_was_deleted_is_reported(store: Store) -> None:
    await record(store, 3, checkpoints_at=(2, 3))
    (old, _) = await store.read(checkpoints.all_checkpoints)
    await store.write(executing(delete(audit_checkpoints).where(audit_checkpoints.c.number == 2)))

    result = await verify_trail(store, {old.number: old.entry_hash})

    assert (result.missing, result.unlinked, result.findings) == ((2,), (3,), ())
    assert result.faults == 2


async def test_a_deleted_checkpoint_is_noticed_by_the_next_one(store: Store) -> None:
    await record(store, 4, checkpoints_at=(1, 2, 4))
    await store.write(executing(delete(audit_checkpoints).where(audit_checkpoints.c.number == 2)))

    result = await verify_trail(store)

    assert (result.unlinked, result.findings, result.faults) == ((4,), (), 1)


async def test_consecutive_checkpoints_are_linked(store: Store) -> None:
    await record(store, 4, checkpoints_at=(1, 2, 4))

    result = await verify_trail(store)

    assert (result.unlinked, result.faults) == ((), 0)


async def test_a_trail_without_a_checkpoint_for_a_day_is_a_fault(store: Store) -> None:
    await record(store, 2)

    young = await verify_trail(store, now=NOON + LONGEST_UNSIGNED)
    old = await verify_trail(store, now=NOON + LONGEST_UNSIGNED + timedelta(seconds=1))

    assert (young.unsigned, young.faults) == (False, 0)
    assert (old.unsigned, old.faults, old.findings) == (True, 1, ())


async def test_all_faults_are_counted_and_only_the_first_are_listed(store: Store) -> None:
    await record(store, MOST_NAMED + 5)
    await store.write(executing(update(audit_entries).values(digest="")))

    result = await verify_trail(store)

    assert len(result.findings) == MOST_NAMED
    assert result.faults == MOST_NAMED + 5


async def test_verifying_reads_one_snapshot_while_others_write(
    store: Store, rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "PAGE", 3)
    await record(store, 30)

    def register_users(tx: Connection) -> list[int]:
        authority = an_authority(tx)
        return [a_user(tx, authority, rulebook, in_bulk=True).id for _ in range(200)]

    numbers = await store.write(register_users)
    is_verifying = True

    async def purge_users() -> None:
        for user in numbers:
            if not is_verifying:
                return
            purged = service.event_about(SYSTEM, Act.USER_PURGED, authority_id=1, user_id=user)

            def purge(tx: Connection, user: int = user, purged: AuditEvent = purged) -> None:
                erase_user(tx, user)
                service.record(tx, purged, NOON)
                sign(tx, KEY)

            await store.write(purge)

    purging = asyncio.create_task(purge_users())
    results = [await verify_trail(store) for _ in range(10)]
    is_verifying = False
    await purging

    assert [result.faults for result in results] == [0] * 10
    assert results[-1].entries > results[0].entries


async def test_a_datetime_in_another_time_zone_has_the_same_hash(store: Store) -> None:
    audit_event = service.event_about(SYSTEM, Act.SIGNED_IN, authority_id=1)
    elsewhere = NOON.astimezone(timezone(timedelta(hours=2)))
    await store.write(lambda tx: service.record(tx, audit_event, elsewhere))

    assert (await verify_trail(store)).faults == 0


async def test_progress_is_reported(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "PROGRESS_STEP", 2)
    await record(store, 5)
    reports: list[tuple[int, int]] = []

    await store.read(lambda tx: verify(tx, [KEY], {}, lambda *far: reports.append(far), NOON))

    assert reports == [(0, 5), (2, 5), (4, 5)]
