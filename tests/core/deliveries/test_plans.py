"""Tests that the delivery worker's statements read the index of what waits, and scan no table."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert, text

from core.deliveries.rows import leases
from core.deliveries.rules import DeliveryKind, DeliveryState, Lane, Priority
from core.schema.deliveries import deliveries
from tests.factories import a_user, an_authority
from tests.plans import plan_of, scans_table
from tests.times import NOON

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from core.rulebook import Rulebook
    from core.store.store import Store

INDEX = "ix_deliveries_waiting"
MANY = 6000


async def test_one_question_finds_the_next_due_delivery_of_both_lanes(
    store: Store, rulebook: Rulebook
) -> None:
    """However many deliveries wait or were sent, six entries of an index are read."""
    await store.write(lambda tx: fill(tx, rulebook))

    plan = await store.read(lambda tx: plan_of(tx, lambda: leases.next_due(tx, NOON)))

    assert len([line for line in plan if INDEX in line]) == len(Lane) * len(Priority), plan
    assert not [line for line in plan if scans(line) or sorts(line)], plan


async def test_a_claim_looks_up_each_priority_in_the_index(
    store: Store, rulebook: Rulebook
) -> None:
    """Only the few that were found are sorted, by priority."""
    await store.write(lambda tx: fill(tx, rulebook))

    plan = await store.write(
        lambda tx: plan_of(tx, lambda: leases.claim(tx, {Lane.SLACK: 10}, NOON))
    )

    assert len([line for line in plan if INDEX in line]) == len(Priority), plan
    assert not [line for line in plan if scans(line)], plan


async def test_the_next_due_delivery_may_be_due_later(store: Store, rulebook: Rulebook) -> None:
    await store.write(lambda tx: fill(tx, rulebook))

    due = await store.read(lambda tx: leases.next_due(tx, NOON))
    await store.write(lambda tx: leases.claim(tx, {Lane.SLACK: 1}, due[Lane.SLACK]))
    next_due = await store.read(lambda tx: leases.next_due(tx, due[Lane.SLACK]))

    assert due == {Lane.SLACK: NOON + timedelta(hours=1)}
    assert next_due[Lane.SLACK] > due[Lane.SLACK]


def fill(tx: Connection, rulebook: Rulebook) -> None:
    """Write thousands of deliveries to Slack: most of them sent, some waiting until later."""
    user = a_user(tx, an_authority(tx), rulebook, in_bulk=True)
    tx.execute(deliveries.delete())
    values = [
        {
            "key": f"filled{number}",
            "kind": DeliveryKind.REMINDER,
            "authority_id": user.authority_id,
            "user_id": user.id,
            "serial": number,
            "state": DeliveryState.SENT if number % 10 else DeliveryState.WAITING,
            "attempts": 0,
            "due_at": NOON + timedelta(hours=1, seconds=number),
            "queued_at": NOON,
            "lane": Lane.SLACK,
            "priority": number // 10 % len(Priority),
        }
        for number in range(MANY)
    ]
    tx.execute(insert(deliveries), values)
    tx.execute(text("ANALYZE"))


def scans(line: str) -> bool:
    return scans_table(line, "deliveries")


def sorts(line: str) -> bool:
    return "Sort" in line or "B-TREE" in line
