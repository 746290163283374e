"""Tests of stopping the delivery worker: what is being sent is finished and recorded."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.delivery.worker import DeliveryWorker
from core.deliveries.rules import DeliveryKind, DeliveryState
from tests.bot.delivery_worker import running_worker
from tests.bot.flaky_store import SlowStore

if TYPE_CHECKING:
    from bot.delivery.dependencies import DeliveryDependencies
    from sandbox import Sandbox
    from tests.bot.delivery_worker import Registry


async def test_stop_waits_for_deliveries_being_sent(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    slack.faults.add("chat.postMessage", "slow", seconds=0.3)
    user = await registry.register("U0ADA")
    await registry.settle_others(DeliveryKind.USERNAME)
    worker = DeliveryWorker(dependencies)
    worker.start()
    await slack.until(lambda: slack.messages("U0ADA"))

    await worker.stop(5)

    assert (await registry.delivery(user, DeliveryKind.USERNAME)).state == DeliveryState.SENT


async def test_what_was_sent_is_recorded_although_the_time_to_stop_is_over(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    """An outcome that waits to be recorded is not lost, so that no mail goes out twice."""
    user = await registry.register()
    await registry.settle_others(DeliveryKind.TEMPORARY_PASSWORD)
    # The first two claim it and store the password.
    slow = SlowStore(registry.store, slow=3, seconds=0.3)
    worker = DeliveryWorker(replace(dependencies, store=slow))
    worker.start()
    await slack.until(lambda: slow.writes == 3)

    await worker.stop(0)

    delivery = await registry.delivery(user, DeliveryKind.TEMPORARY_PASSWORD)
    assert (delivery.state, delivery.outcome_unknown) == (DeliveryState.SENT, False)
    async with running_worker(dependencies):
        await asyncio.sleep(0.3)
    assert len(slack.mails) == 1


async def test_a_worker_that_never_started_stops_at_once(
    dependencies: DeliveryDependencies,
) -> None:
    await DeliveryWorker(dependencies).stop(5)
