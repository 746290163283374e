"""Tests of when the delivery worker looks for due deliveries, and of what wakes it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from bot.delivery import attempts
from bot.delivery import worker as worker_module
from core.deliveries.rules import DeliveryKind, DeliveryState
from core.schema.deliveries import deliveries as deliveries_table
from tests.bot.delivery_worker import running_worker
from tests.bot.flaky_store import FlakyStore
from tests.factories import executing

if TYPE_CHECKING:
    from datetime import datetime

    from bot.delivery.dependencies import DeliveryDependencies
    from core.users.rules import User
    from sandbox import Sandbox
    from tests.bot.delivery_worker import Registry


@pytest.fixture
def seldom_polled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the worker check only when it is woken, or when it knows that a delivery is due."""
    for name in ("POLL_SECONDS", "RETRY_SECONDS"):
        monkeypatch.setattr(worker_module, name, 60)


@pytest.mark.usefixtures("seldom_polled")
async def test_waking_starts_sending_at_once(
    registry: Registry, dependencies: DeliveryDependencies
) -> None:
    async with running_worker(dependencies) as worker:
        await asyncio.sleep(0.1)
        user = await registry.register()
        worker.wake()
        delivery = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD, seconds=2)

    assert delivery.state == DeliveryState.SENT


async def test_without_waking_due_deliveries_are_found_by_polling(
    registry: Registry, dependencies: DeliveryDependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "POLL_SECONDS", 0.05)

    async with running_worker(dependencies):
        user = await registry.register()
        delivery = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)

    assert delivery.state == DeliveryState.SENT


async def put_off(registry: Registry, user: User, seconds: float, now: datetime) -> None:
    """Make the user's deliveries due only after so many seconds."""
    table = deliveries_table
    later = update(table).where(table.c.user_id == user.id)
    due_at = now + timedelta(seconds=seconds)
    await registry.store.write(executing(later.values(due_at=due_at)))


@pytest.mark.usefixtures("seldom_polled")
@pytest.mark.parametrize("woken", [True, False])
async def test_what_is_due_soon_after_another_is_sent_when_it_is_due(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox, *, woken: bool
) -> None:
    """The check that finds the first learns when the second is due."""
    now = slack.clock.now()
    first, second = [await registry.register(team_channel="C0TEAM") for _ in range(2)]
    await registry.settle_others(DeliveryKind.ONBOARDING)
    await put_off(registry, first, 0 if woken else 0.3, now)
    await put_off(registry, second, 0.6, now)

    async with running_worker(dependencies):
        await registry.after(first, DeliveryKind.ONBOARDING, seconds=5)
        delivery = await registry.after(second, DeliveryKind.ONBOARDING, seconds=5)

    assert delivery.state == DeliveryState.SENT


@pytest.mark.usefixtures("seldom_polled")
async def test_waking_does_not_hide_a_retry_that_is_due_soon(
    registry: Registry,
    dependencies: DeliveryDependencies,
    slack: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attempts, "FIRST_BACKOFF", timedelta(seconds=0.6))
    slack.mailbox.faults.add("defer")
    user = await registry.register()
    await registry.settle_others(DeliveryKind.TEMPORARY_PASSWORD)

    async with running_worker(dependencies) as worker:
        await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)
        worker.wake()
        delivery = await registry.after(
            user, DeliveryKind.TEMPORARY_PASSWORD, attempts=2, seconds=5
        )

    assert delivery.state == DeliveryState.SENT


async def test_an_unreachable_database_is_polled_again(
    registry: Registry, dependencies: DeliveryDependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "RETRY_SECONDS", 0.05)
    user = await registry.register()
    flaky = FlakyStore(registry.store, {1})

    with capture_logs() as logs:
        async with running_worker(replace(dependencies, store=flaky)):
            delivery = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)

    assert delivery.state == DeliveryState.SENT
    assert logs[0] == {
        "event": "deliveries_not_claimed",
        "log_level": "warning",
        "error": "ConnectionError",
    }
