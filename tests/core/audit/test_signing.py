"""Tests that only a trail that fits the previous checkpoint gets a new one (D22)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, text, update

from core.audit import service, signing
from core.audit.checkpoints import Checkpoint, is_signed_with, key_id_of, signed
from core.audit.rows import checkpoints
from core.audit.rows import entries as rows
from core.audit.rules import ANONYMOUS, SYSTEM, Act, details_digest
from core.audit.signing import TrailBrokenError, UnknownKeyError
from core.schema.audit import audit_chain_tip, audit_checkpoints, audit_entries
from core.secret import Secret
from core.store.store import Store, open_store
from tests import databases
from tests.core.audit import growing
from tests.core.audit.growing import KEY
from tests.core.audit.tampering import OTHER, SALT
from tests.factories import executing
from tests.times import NOON

SOON = NOON + timedelta(minutes=10)
TOMORROW = NOON + timedelta(days=1)
Change = Callable[[Connection], None]


async def record(store: Store, count: int) -> None:
    def record_entries(tx: Connection) -> None:
        for number in range(count):
            audit_event = service.event_about(
                ANONYMOUS, Act.SENT_AGAIN, authority_id=1, user_id=number + 1
            )
            service.record(tx, audit_event, NOON)

    await store.write(record_entries)


async def sign(
    store: Store, now: datetime = NOON, seen: Checkpoint | None = None
) -> Checkpoint | None:
    tip = await store.read(lambda tx: signing.verified_tip(tx, [KEY], seen))
    return await store.write(lambda tx: signing.sign(tx, tip, KEY, now))


async def numbers_in(store: Store) -> list[tuple[int, int]]:
    return [
        (checkpoint.number, checkpoint.previous_number)
        for checkpoint in await store.read(checkpoints.all_checkpoints)
    ]


def rewritten_from(first: int) -> Change:
    """Replace the entries from that one on by others whose hashes are right."""

    def rewrite(tx: Connection) -> None:
        entries = list(rows.since(tx, first - 1))
        tx.execute(delete(audit_entries).where(audit_entries.c.id >= first))
        tx.execute(
            update(audit_chain_tip).values(entry_id=first - 1, entry_hash=entries[0].previous_hash)
        )
        for _ in entries:
            service.record(tx, service.event_about(SYSTEM, Act.SIGNED_IN, authority_id=1), NOON)

    return rewrite


def alter_details(number: int) -> Change:
    digest = details_digest({"kind": "other"}, SALT)
    values = {"details": {"kind": "other"}, "salt": SALT, "digest": digest}
    return executing(update(audit_entries).where(audit_entries.c.id == number).values(**values))


def forge_a_checkpoint(tx: Connection) -> None:
    (entry,) = rows.page(tx, 4, 1)
    checkpoints.add(tx, signed(Checkpoint(5, entry.entry_hash, NOON, 3), OTHER))


def delete_checkpoints(tx: Connection) -> None:
    tx.execute(delete(audit_checkpoints))


async def test_an_empty_trail_gets_no_checkpoint(store: Store) -> None:
    assert await sign(store) is None
    assert await numbers_in(store) == []


async def test_the_same_tip_is_signed_once(store: Store) -> None:
    await record(store, 3)

    first, again = await sign(store), await sign(store, SOON)

    assert first is not None
    assert is_signed_with(first, [KEY])
    assert again == first
    assert await numbers_in(store) == [(3, 0)]


async def test_only_the_last_checkpoint_of_a_day_is_kept(store: Store) -> None:
    for now in (NOON, SOON, TOMORROW, TOMORROW + timedelta(minutes=10)):
        await record(store, 1)
        await sign(store, now)

    assert await numbers_in(store) == [(2, 0), (4, 2)]


async def test_a_checkpoint_that_will_be_posted_is_retained(store: Store) -> None:
    await record(store, 1)
    await sign(store)
    posted = await store.write(checkpoints.retain_newest)
    await record(store, 1)
    await sign(store, SOON)

    assert posted is not None
    assert await numbers_in(store) == [(1, 0), (2, 1)]


async def test_entries_recorded_after_verifying_are_signed_the_next_time(store: Store) -> None:
    await record(store, 2)
    tip = await store.read(lambda tx: signing.verified_tip(tx, [KEY], None))
    await record(store, 1)

    await store.write(lambda tx: signing.sign(tx, tip, KEY, NOON))

    assert await numbers_in(store) == [(2, 0)]


async def test_a_process_signs_nothing_if_another_signed_since_it_verified(store: Store) -> None:
    await record(store, 2)
    tip = await store.read(lambda tx: signing.verified_tip(tx, [KEY], None))
    await record(store, 1)
    await sign(store)

    checkpoint = await store.write(lambda tx: signing.sign(tx, tip, KEY, SOON))

    assert checkpoint is None
    assert await numbers_in(store) == [(3, 0)]


@pytest.mark.parametrize(
    ("change", "number"),
    [
        (alter_details(5), 5),
        (alter_details(3), 3),
        (rewritten_from(2), 3),
        (rewritten_from(3), 3),
        (executing(delete(audit_entries).where(audit_entries.c.id == 4)), 4),
        (executing(delete(audit_entries).where(audit_entries.c.id >= 3)), 3),
        (executing(update(audit_entries).where(audit_entries.c.id == 4).values(salt="")), 4),
        (executing(update(audit_chain_tip).values(entry_id=9)), 7),
        (forge_a_checkpoint, 5),
    ],
)
async def test_nothing_is_signed_over_a_trail_that_was_changed(  # D22
    store: Store, change: Change, number: int
) -> None:
    await record(store, 3)
    await sign(store)
    await record(store, 3)
    await store.write(change)
    before = await numbers_in(store)

    with pytest.raises(TrailBrokenError) as broken:
        await sign(store, SOON)

    assert broken.value.number == number
    assert await numbers_in(store) == before


async def test_a_trail_without_checkpoints_is_verified_from_its_first_entry(store: Store) -> None:
    await record(store, 3)
    await store.write(alter_details(2))

    with pytest.raises(TrailBrokenError):
        await sign(store)


async def test_a_running_process_detects_that_the_last_checkpoint_was_deleted(store: Store) -> None:
    await record(store, 3)
    seen = await sign(store)
    await store.write(delete_checkpoints)

    with pytest.raises(TrailBrokenError) as broken:
        await sign(store, SOON, seen)

    assert broken.value.number == 3


async def test_a_running_process_detects_a_rewritten_trail_that_another_signed(
    store: Store,
) -> None:
    await record(store, 3)
    seen = await sign(store)
    await store.write(delete_checkpoints)
    await store.write(rewritten_from(1))
    # A process that starts only now cannot know the earlier entries.
    await sign(store)

    with pytest.raises(TrailBrokenError) as broken:
        await sign(store, SOON, seen)

    assert broken.value.number == 3


async def test_nothing_is_signed_after_a_checkpoint_that_cannot_be_read(
    sqlite_template: Path, tmp_path: Path
) -> None:
    store = await open_store(databases.sqlite_copy(sqlite_template, tmp_path))
    await record(store, 3)
    await sign(store)
    await store.write(executing(text("UPDATE audit_checkpoints SET made_at = 'yesterday'")))

    with pytest.raises(TrailBrokenError) as broken:
        await sign(store, SOON)
    await store.close()

    assert broken.value.number == 3


async def test_details_that_a_purge_erased_do_not_stop_signing(store: Store) -> None:  # D14
    def record_event(tx: Connection) -> None:
        growing.write_users(tx)
        service.record(
            tx, service.event_about(SYSTEM, Act.SENT_AGAIN, authority_id=1, user_id=1), NOON
        )

    def purge(tx: Connection) -> None:
        growing.erase_user(tx, 1)
        service.record(
            tx, service.event_about(SYSTEM, Act.USER_PURGED, authority_id=1, user_id=1), NOON
        )

    await store.write(record_event)
    await sign(store)
    await store.write(purge)
    await sign(store, SOON)

    assert await numbers_in(store) == [(2, 0)]


NEW = Secret("the key that came after it")


async def test_what_an_earlier_key_signed_is_signed_anew_with_the_newest(store: Store) -> None:
    """After that the earlier key can be removed: verifying and signing go on without it (D22)."""
    for now in (NOON, TOMORROW):
        await record(store, 1)
        await sign(store, now)
    before = await store.read(checkpoints.all_checkpoints)
    keys = [NEW, KEY]
    assert await store.read(lambda tx: signing.awaits_countersigning(tx, keys))

    assert await store.write(lambda tx: signing.countersign(tx, keys)) == 2

    after = await store.read(checkpoints.all_checkpoints)
    assert all(is_signed_with(checkpoint, [NEW]) for checkpoint in after)
    assert [replace(one, mac="", key_id="") for one in after] == [
        replace(one, mac="", key_id="") for one in before
    ]
    assert not await store.read(lambda tx: signing.awaits_countersigning(tx, keys))
    tip = await store.read(lambda tx: signing.verified_tip(tx, [NEW], None))
    assert tip.number == 2


async def test_a_forged_checkpoint_is_not_signed_anew(store: Store) -> None:
    await record(store, 6)
    await store.write(forge_a_checkpoint)

    assert await store.write(lambda tx: signing.countersign(tx, [NEW, KEY])) == 0

    (forged,) = await store.read(checkpoints.all_checkpoints)
    assert is_signed_with(forged, [OTHER])


async def test_a_checkpoint_of_an_unknown_key_names_that_key(store: Store) -> None:
    await record(store, 1)
    await sign(store)

    with pytest.raises(UnknownKeyError) as unknown:
        await store.read(lambda tx: signing.verified_tip(tx, [NEW], None))

    assert (unknown.value.number, unknown.value.key_id) == (1, key_id_of(KEY))
    assert KEY.reveal() not in unknown.value.key_id
