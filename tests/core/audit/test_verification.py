"""Whatever is done to the trail by SQL, verifying finds it, given the posted heads (D22)."""

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
from core.audit.rules import STRANGER, SYSTEM, Act, AuditEvent
from core.audit.verification import SIGNED_WITHIN, VerificationResult, verify
from core.rulebook import Rulebook
from core.schema.audit import audit_chain_tip, audit_checkpoints, audit_entries
from core.store.store import Store, open_store
from tests import databases
from tests.core.audit import tampering
from tests.core.audit.growing import KEY, erase_user, grow, sign
from tests.core.audit.tampering import everything
from tests.factories import a_user, an_authority, executing
from tests.times import NOON

# Not drawn one by one: the store's threads are none of hypothesis'.
CHANCES = st.integers(0, 2**32).map(Random)


@pytest.fixture
async def sqlite_store(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Store]:
    """A database that holds values of any type in any column."""
    opened = open_store(databases.empty_sqlite(sqlite_template, tmp_path))
    yield opened
    await opened.close()


def unheard(_taken: int, _newest: int) -> None:
    """Tell nobody how far it is."""


async def verdict_on(
    store: Store, posted: dict[int, str] | None = None, *, now: datetime = NOON
) -> VerificationResult:
    return await store.read(lambda tx: verify(tx, [KEY], posted or {}, unheard, now))


async def record(store: Store, count: int, *, heads_at: tuple[int, ...] = ()) -> None:
    def wish(tx: Connection) -> None:
        for number in range(1, count + 1):
            audit_event = service.event_about(
                STRANGER, Act.SENT_AGAIN, authority_id=1, user_id=number
            )
            service.record(tx, audit_event, NOON)
            if number in heads_at:
                sign(tx, KEY, NOON + timedelta(days=number))

    await store.write(wish)


@settings(max_examples=25)
@given(chance=CHANCES)
async def test_a_trail_that_nobody_touched_has_no_fault(store: Store, chance: Random) -> None:
    posted = await store.write(lambda tx: grow(tx, chance))

    verdict = await verdict_on(store, posted)

    assert (verdict.faults, verdict.findings) == (0, ())
    assert verdict.vouched == verdict.entries == max(posted)


@pytest.mark.parametrize("act", tampering.ACTS)
@settings(max_examples=30)
@given(chance=CHANCES)
async def test_whatever_is_done_to_it_by_sql_is_found(  # D22
    store: Store, act: Callable[[Connection, Random], None], chance: Random
) -> None:
    posted = await store.write(lambda tx: grow(tx, chance))
    before = await store.read(everything)
    await store.write(lambda tx: act(tx, chance))
    assume(await store.read(everything) != before)

    assert (await verdict_on(store, posted)).faults > 0


async def test_what_stands_after_the_last_head_is_said_to_stand_alone(store: Store) -> None:
    await record(store, 5, heads_at=(3,))

    def tell_another_story(tx: Connection) -> None:
        (newest,) = entries.page(tx, 4, 1)
        tx.execute(delete(audit_entries).where(audit_entries.c.id == newest.id))
        tx.execute(update(audit_chain_tip).values(entry_id=4, entry_hash=newest.previous))
        audit_event = service.event_about(SYSTEM, Act.SIGNED_IN, authority_id=1)
        service.record(tx, audit_event, NOON)

    await store.write(tell_another_story)

    # Whoever can write all of it can write another end, until the next head is made and posted.
    verdict = await verdict_on(store)
    assert (verdict.faults, verdict.vouched, verdict.entries) == (0, 3, 5)


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
async def test_what_cannot_be_read_is_named(sqlite_store: Store, column: str, value: str) -> None:
    await record(sqlite_store, 5, heads_at=(2, 5))
    statement = text(f"UPDATE audit_entries SET {column} = {value} WHERE id IN (3, 5)")  # noqa: S608 - ours
    await sqlite_store.write(executing(statement))

    verdict = await verdict_on(sqlite_store)

    assert verdict.findings == (
        ChainFinding(3, ChainFault.ALTERED),
        ChainFinding(5, ChainFault.ALTERED),
    )


@pytest.mark.parametrize(
    ("column", "value"), [("made_at", "'yesterday'"), ("mac", "X'00'"), ("entry_hash", "X'00'")]
)
async def test_a_head_that_cannot_be_read_is_named(
    sqlite_store: Store, column: str, value: str
) -> None:
    await record(sqlite_store, 3, heads_at=(2, 3))
    statement = text(f"UPDATE audit_heads SET {column} = {value} WHERE number = 2")  # noqa: S608 - ours
    await sqlite_store.write(executing(statement))

    verdict = await verdict_on(sqlite_store)

    assert (verdict.forged, verdict.faults) == ((2,), 1)


async def test_a_posted_head_that_was_taken_away_is_named(store: Store) -> None:
    await record(store, 3, heads_at=(2, 3))
    (old, _) = await store.read(checkpoints.every)
    await store.write(executing(delete(audit_checkpoints).where(audit_checkpoints.c.number == 2)))

    verdict = await verdict_on(store, {old.number: old.entry_hash})

    assert (verdict.gone, verdict.unlinked, verdict.findings) == ((2,), (3,), ())
    assert verdict.faults == 2


async def test_a_head_that_was_taken_away_is_missed_by_the_next(store: Store) -> None:
    await record(store, 4, heads_at=(1, 2, 4))
    await store.write(executing(delete(audit_checkpoints).where(audit_checkpoints.c.number == 2)))

    verdict = await verdict_on(store)

    assert (verdict.unlinked, verdict.findings, verdict.faults) == ((4,), (), 1)


async def test_heads_that_were_signed_one_after_the_other_are_linked(store: Store) -> None:
    await record(store, 4, heads_at=(1, 2, 4))

    verdict = await verdict_on(store)

    assert (verdict.unlinked, verdict.faults) == ((), 0)


async def test_a_trail_that_nobody_signed_for_a_day_is_a_fault(store: Store) -> None:
    await record(store, 2)

    young = await verdict_on(store, now=NOON + SIGNED_WITHIN)
    old = await verdict_on(store, now=NOON + SIGNED_WITHIN + timedelta(seconds=1))

    assert (young.unsigned, young.faults) == (False, 0)
    assert (old.unsigned, old.faults, old.findings) == (True, 1, ())


async def test_of_very_many_faults_the_first_are_named_and_all_counted(store: Store) -> None:
    await record(store, MOST_NAMED + 5)
    await store.write(executing(update(audit_entries).values(digest="")))

    verdict = await verdict_on(store)

    assert len(verdict.findings) == MOST_NAMED
    assert verdict.faults == MOST_NAMED + 5


async def test_the_verdict_is_of_one_moment_while_others_write(
    store: Store, rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "PAGE", 3)
    await record(store, 30)

    def people(tx: Connection) -> list[int]:
        here = an_authority(tx)
        return [a_user(tx, here, rulebook, in_bulk=True).id for _ in range(200)]

    numbers = await store.write(people)
    go_on = True

    async def work() -> None:
        for user in numbers:
            if not go_on:
                return
            purged = service.event_about(SYSTEM, Act.USER_PURGED, authority_id=1, user_id=user)

            def purge(tx: Connection, user: int = user, purged: AuditEvent = purged) -> None:
                erase_user(tx, user)
                service.record(tx, purged, NOON)
                sign(tx, KEY)

            await store.write(purge)

    working = asyncio.create_task(work())
    verdicts = [await verdict_on(store) for _ in range(10)]
    go_on = False
    await working

    assert [verdict.faults for verdict in verdicts] == [0] * 10
    assert verdicts[-1].entries > verdicts[0].entries


async def test_a_moment_in_another_zone_is_sealed_as_the_same_moment(store: Store) -> None:
    audit_event = service.event_about(SYSTEM, Act.SIGNED_IN, authority_id=1)
    elsewhere = NOON.astimezone(timezone(timedelta(hours=2)))
    await store.write(lambda tx: service.record(tx, audit_event, elsewhere))

    assert (await verdict_on(store)).faults == 0


async def test_it_tells_how_far_it_is(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "STEP", 2)
    await record(store, 5)
    told: list[tuple[int, int]] = []

    await store.read(lambda tx: verify(tx, [KEY], {}, lambda *far: told.append(far), NOON))

    assert told == [(0, 5), (2, 5), (4, 5)]
