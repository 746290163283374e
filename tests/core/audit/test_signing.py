"""A head is signed only over what still fits the one before it (D22)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, text, update

from core.audit import service, signing
from core.audit.checkpoints import Checkpoint, is_ours, signed
from core.audit.rows import checkpoints
from core.audit.rows import entries as rows
from core.audit.rules import STRANGER, SYSTEM, Act, digest_of
from core.audit.signing import TrailBrokenError
from core.schema.audit import audit_chain_tip, audit_checkpoints, audit_entries
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
    def wish(tx: Connection) -> None:
        for number in range(count):
            audit_event = service.event_about(
                STRANGER, Act.SENT_AGAIN, authority_id=1, user_id=number + 1
            )
            service.record(tx, audit_event, NOON)

    await store.write(wish)


async def sign(
    store: Store, now: datetime = NOON, seen: Checkpoint | None = None
) -> Checkpoint | None:
    end = await store.read(lambda tx: signing.checked_end(tx, [KEY], seen))
    return await store.write(lambda tx: signing.sign(tx, end, KEY, now))


async def heads_of(store: Store) -> list[tuple[int, int]]:
    return [(head.number, head.before) for head in await store.read(checkpoints.every)]


def another_story_from(first: int) -> Change:
    """Tell another story from that entry on, whose every seal fits."""

    def wish(tx: Connection) -> None:
        entries = list(rows.since(tx, first - 1))
        tx.execute(delete(audit_entries).where(audit_entries.c.id >= first))
        tx.execute(
            update(audit_chain_tip).values(entry_id=first - 1, entry_hash=entries[0].previous)
        )
        for _ in entries:
            service.record(tx, service.event_about(SYSTEM, Act.SIGNED_IN, authority_id=1), NOON)

    return wish


def altered(number: int) -> Change:
    digest = digest_of({"kind": "other"}, SALT)
    values = {"details": {"kind": "other"}, "salt": SALT, "digest": digest}
    return executing(update(audit_entries).where(audit_entries.c.id == number).values(**values))


def a_forged_head(tx: Connection) -> None:
    (entry,) = rows.page(tx, 4, 1)
    checkpoints.add(tx, signed(Checkpoint(5, entry.entry_hash, NOON, 3), OTHER))


def no_heads(tx: Connection) -> None:
    tx.execute(delete(audit_checkpoints))


async def test_an_empty_trail_has_no_head(store: Store) -> None:
    assert await sign(store) is None
    assert await heads_of(store) == []


async def test_what_is_there_is_signed_once(store: Store) -> None:
    await record(store, 3)

    first, again = await sign(store), await sign(store, SOON)

    assert first is not None
    assert is_ours(first, [KEY])
    assert again == first
    assert await heads_of(store) == [(3, 0)]


async def test_the_last_head_of_a_day_stays(store: Store) -> None:
    for now in (NOON, SOON, TOMORROW, TOMORROW + timedelta(minutes=10)):
        await record(store, 1)
        await sign(store, now)

    assert await heads_of(store) == [(2, 0), (4, 2)]


async def test_a_head_that_is_to_be_posted_stays(store: Store) -> None:
    await record(store, 1)
    await sign(store)
    posted = await store.write(checkpoints.keep_newest)
    await record(store, 1)
    await sign(store, SOON)

    assert posted is not None
    assert await heads_of(store) == [(1, 0), (2, 1)]


async def test_what_is_new_since_the_check_is_signed_the_next_time(store: Store) -> None:
    await record(store, 2)
    end = await store.read(lambda tx: signing.checked_end(tx, [KEY], None))
    await record(store, 1)

    await store.write(lambda tx: signing.sign(tx, end, KEY, NOON))

    assert await heads_of(store) == [(2, 0)]


async def test_who_checked_before_somebody_else_signed_signs_nothing(store: Store) -> None:
    await record(store, 2)
    end = await store.read(lambda tx: signing.checked_end(tx, [KEY], None))
    await record(store, 1)
    await sign(store)

    head = await store.write(lambda tx: signing.sign(tx, end, KEY, SOON))

    assert head is None
    assert await heads_of(store) == [(3, 0)]


@pytest.mark.parametrize(
    ("change", "number"),
    [
        (altered(5), 5),
        (altered(3), 3),
        (another_story_from(2), 3),
        (another_story_from(3), 3),
        (executing(delete(audit_entries).where(audit_entries.c.id == 4)), 4),
        (executing(delete(audit_entries).where(audit_entries.c.id >= 3)), 3),
        (executing(update(audit_entries).where(audit_entries.c.id == 4).values(salt="")), 4),
        (executing(update(audit_chain_tip).values(entry_id=9)), 7),
        (a_forged_head, 5),
    ],
)
async def test_over_what_was_changed_nothing_is_signed(  # D22
    store: Store, change: Change, number: int
) -> None:
    await record(store, 3)
    await sign(store)
    await record(store, 3)
    await store.write(change)
    before = await heads_of(store)

    with pytest.raises(TrailBrokenError) as broken:
        await sign(store, SOON)

    assert broken.value.number == number
    assert await heads_of(store) == before


async def test_a_trail_that_was_never_signed_is_checked_from_its_first_entry(store: Store) -> None:
    await record(store, 3)
    await store.write(altered(2))

    with pytest.raises(TrailBrokenError):
        await sign(store)


async def test_a_head_that_this_process_saw_is_not_forgotten(store: Store) -> None:
    await record(store, 3)
    seen = await sign(store)
    await store.write(no_heads)

    with pytest.raises(TrailBrokenError) as broken:
        await sign(store, SOON, seen)

    assert broken.value.number == 3


async def test_a_trail_that_another_process_signed_anew_is_not_the_one_seen(store: Store) -> None:
    await record(store, 3)
    seen = await sign(store)
    await store.write(no_heads)
    await store.write(another_story_from(1))
    # A process that begins only now cannot know what stood there before.
    await sign(store)

    with pytest.raises(TrailBrokenError) as broken:
        await sign(store, SOON, seen)

    assert broken.value.number == 3


async def test_on_a_head_that_cannot_be_read_nothing_is_signed(
    sqlite_template: Path, tmp_path: Path
) -> None:
    store = open_store(databases.empty_sqlite(sqlite_template, tmp_path))
    await record(store, 3)
    await sign(store)
    await store.write(executing(text("UPDATE audit_heads SET made_at = 'yesterday'")))

    with pytest.raises(TrailBrokenError) as broken:
        await sign(store, SOON)
    await store.close()

    assert broken.value.number == 3


async def test_what_a_purge_erased_since_is_signed_over(store: Store) -> None:  # D14
    def wish(tx: Connection) -> None:
        growing.people(tx)
        service.record(
            tx, service.event_about(SYSTEM, Act.SENT_AGAIN, authority_id=1, user_id=1), NOON
        )

    def purge(tx: Connection) -> None:
        growing.erase_user(tx, 1)
        service.record(
            tx, service.event_about(SYSTEM, Act.USER_PURGED, authority_id=1, user_id=1), NOON
        )

    await store.write(wish)
    await sign(store)
    await store.write(purge)
    await sign(store, SOON)

    assert await heads_of(store) == [(2, 0)]
