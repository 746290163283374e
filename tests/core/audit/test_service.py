"""Tests that recorded events form one hash chain (D22), on SQLite and PostgreSQL."""

import asyncio

import pytest
from sqlalchemy import Connection, Executable, delete, update

from core.audit import service
from core.audit.rows import entries
from core.audit.rules import COMMAND_LINE, Act
from core.schema.audit import audit_chain_tip, audit_entries
from core.store.store import Store
from tests.factories import executing
from tests.times import NOON


async def record(store: Store, count: int) -> None:
    def record_entries(tx: Connection) -> None:
        for number in range(count):
            audit_event = service.event_about(
                COMMAND_LINE, Act.SENT_AGAIN, authority_id=1, user_id=number, kind="x"
            )
            service.record(tx, audit_event, NOON)

    await store.write(record_entries)


async def test_the_chain_is_intact(store: Store) -> None:
    await record(store, 3)
    await record(store, 2)

    assert await store.read(service.first_broken_entry) is None
    numbers = await store.read(lambda tx: [entry.id for entry in entries.since(tx, 3)])
    assert numbers == [4, 5]


async def test_concurrent_first_entries_form_one_chain(store: Store) -> None:
    await asyncio.gather(*(record(store, 1) for _ in range(4)))

    assert await store.read(service.first_broken_entry) is None
    assert await store.read(lambda tx: len(list(entries.since(tx)))) == 4


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (update(audit_entries).where(audit_entries.c.id == 2).values(details={"kind": "y"}), 2),
        (update(audit_entries).where(audit_entries.c.id == 3).values(actor_kind="system"), 3),
        (update(audit_entries).where(audit_entries.c.id == 1).values(user_id=9), 1),
        (delete(audit_entries).where(audit_entries.c.id == 2), 2),
        (delete(audit_entries).where(audit_entries.c.id == 4), 4),
        (update(audit_chain_tip).values(entry_id=5), 5),
    ],
)
async def test_tampering_is_detected(store: Store, change: Executable, broken: int) -> None:
    await record(store, 4)

    await store.write(executing(change))

    assert await store.read(service.first_broken_entry) == broken


async def test_an_empty_trail_is_intact(store: Store) -> None:
    assert await store.write(service.first_broken_entry) is None
