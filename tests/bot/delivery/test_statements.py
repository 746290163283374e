"""Bounds on the SQL statements of the delivery worker, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from core.deliveries.rules import DeliveryKind, DeliveryState
from core.schema.deliveries import deliveries as table
from sandbox import Member
from tests.bot.delivery_worker import running_worker
from tests.statements import count_statements

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.delivery.dependencies import DeliveryDependencies
    from core.store.store import Store
    from sandbox import Sandbox
    from tests.bot.delivery_worker import Registry

TEN = 10
MOST_FOR_TEN = 12
# In the statements by which the test itself looks for the end.
CHECK = "count(*)"


@pytest.mark.parametrize(
    "kind", [DeliveryKind.USERNAME, DeliveryKind.ONBOARDING], ids=lambda kind: kind.value
)
async def test_ten_deliveries_are_claimed_read_and_settled_in_few_statements(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox, kind: DeliveryKind
) -> None:
    """One statement claims them, three read all that they need; those that end together share."""
    for number in range(TEN):
        member_id = f"U0NUMBER{number}"
        slack.workspace.put_member(Member(member_id, f"number{number}", f"Number {number}"))
        await registry.register(member_id, team_channel="C0TEAM")
        await registry.change_member(member_id, seen_at=slack.clock.now())
    await registry.settle_others(kind)

    with count_statements(registry.store) as statements:
        async with running_worker(dependencies):
            await until_none_waits(registry.store)

    assert await number_sent(registry.store, kind) == TEN
    of_worker = [one for one in statements if CHECK not in one]
    # The second one finds that there were not more than ten.
    assert len([one for one in of_worker if "SET leased_until=" in one]) <= 2
    assert len(of_worker) <= MOST_FOR_TEN, of_worker


async def test_an_idle_worker_asks_one_question_at_each_check(
    registry: Registry, dependencies: DeliveryDependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nothing due there is one statement for both lanes, and no write."""
    monkeypatch.setattr("bot.delivery.worker.POLL_SECONDS", 0.05)

    async with running_worker(dependencies):
        await asyncio.sleep(0.3)
        with count_statements(registry.store) as statements:
            await asyncio.sleep(0.5)

    assert statements
    assert set(statements) == {statements[0]}
    assert statements[0].startswith("SELECT (SELECT deliveries.due_at")


async def until_none_waits(store: Store) -> None:
    async with asyncio.timeout(10):
        while await store.read(number_waiting):  # noqa: ASYNC110 - the database sends no event
            await asyncio.sleep(0.02)


def number_waiting(tx: Connection) -> int:
    waiting = select(func.count()).where(table.c.state == DeliveryState.WAITING)
    return int(tx.scalar(waiting) or 0)


async def number_sent(store: Store, kind: DeliveryKind) -> int:
    sent = table.c.done_at.is_not(None) & (table.c.kind == kind)
    found = await store.read(lambda tx: tx.scalar(select(func.count()).where(sent)))
    return int(found or 0)
