"""Tests that setting the clock neither delays a delivery nor sends it twice (B03)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from bot.delivery import worker as worker_module
from core.deliveries.rows import leases
from core.deliveries.rules import DeliveryKind, DeliveryState, FailureReason
from core.schema.deliveries import deliveries as deliveries_table
from core.store.outages import DatabaseUnavailableError
from tests.bot.delivery_worker import running_worker
from tests.factories import executing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.delivery.dependencies import DeliveryDependencies
    from sandbox import Sandbox
    from tests.bot.delivery_worker import Registry


class SetClock:
    """The workspace's clock, which can be set without Slack noticing."""

    def __init__(self, slack: Sandbox) -> None:
        self._slack = slack
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return self._slack.clock.now() + self.ahead


@pytest.fixture
def clock(slack: Sandbox) -> SetClock:
    return SetClock(slack)


@pytest.mark.parametrize("ahead", [timedelta(days=400), timedelta(days=366), timedelta(days=1)])
async def test_what_was_put_off_while_the_clock_was_ahead_is_due_again(
    registry: Registry,
    dependencies: DeliveryDependencies,
    slack: Sandbox,
    clock: SetClock,
    ahead: timedelta,
) -> None:
    """A delivery that was put off while the clock was ahead is sent once it is right (B03)."""
    slack.mailbox.faults.add("defer")
    user = await registry.register()
    clock.ahead = ahead

    async with running_worker(replace(dependencies, clock=clock)) as worker:
        put_off = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)
        clock.ahead = timedelta(0)
        worker.wake()
        sent = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD, attempts=2)

    assert (put_off.state, put_off.reason) == (
        DeliveryState.WAITING,
        FailureReason.MAIL_UNREACHABLE,
    )
    assert sent.state == DeliveryState.SENT


async def wait_again_and_set_back(registry: Registry, clock: SetClock) -> None:
    """Let everything sent wait again for some seconds, and set the clock back by a day."""
    table, later = deliveries_table, clock() + timedelta(seconds=5)
    waits = update(table).values(state=DeliveryState.WAITING, due_at=later, done_at=None)
    await registry.store.write(executing(waits))
    clock.ahead = -timedelta(days=1)


async def test_what_waits_is_due_again_after_the_clock_was_set_back(
    registry: Registry, dependencies: DeliveryDependencies, clock: SetClock
) -> None:
    user = await registry.register()

    async with running_worker(replace(dependencies, clock=clock)) as worker:
        await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)
        await wait_again_and_set_back(registry, clock)
        worker.wake()
        again = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD, attempts=2)

    assert again.state == DeliveryState.SENT


async def test_a_step_is_not_forgotten_while_the_database_is_unavailable(
    registry: Registry,
    dependencies: DeliveryDependencies,
    clock: SetClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user, real, tries = await registry.register(), leases.pull_back, []

    def away_at_first(tx: Connection, now: datetime) -> None:
        tries.append(now)
        if len(tries) == 1:
            raise DatabaseUnavailableError("ConnectionRefusedError")
        real(tx, now)

    monkeypatch.setattr(worker_module, "RETRY_SECONDS", 0.02)
    async with running_worker(replace(dependencies, clock=clock)) as worker:
        await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)
        monkeypatch.setattr(leases, "pull_back", away_at_first)
        await wait_again_and_set_back(registry, clock)
        worker.wake()
        again = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD, attempts=2)

    assert again.state == DeliveryState.SENT


@pytest.mark.parametrize("step", [timedelta(days=366), timedelta(seconds=61), -timedelta(days=1)])
async def test_a_step_of_the_clock_sends_nothing_again_that_is_being_sent(
    registry: Registry,
    dependencies: DeliveryDependencies,
    slack: Sandbox,
    clock: SetClock,
    monkeypatch: pytest.MonkeyPatch,
    *,
    step: timedelta,
) -> None:
    """Steps of more than 60 s never make a process claim what it has in hand (B03)."""
    monkeypatch.setattr(worker_module, "POLL_SECONDS", 0.02)
    slack.faults.add("chat.postMessage", "slow", seconds=0.5, times=2)
    user = await registry.register("U0ADA")
    await registry.settle_others(DeliveryKind.USERNAME)

    with capture_logs() as logs:
        async with running_worker(replace(dependencies, clock=clock)) as worker:
            await slack.until(worker._sending)  # noqa: SLF001 - what is being sent
            clock.ahead = step
            worker.wake()
            delivery = await registry.after(user, DeliveryKind.USERNAME)

    assert (delivery.state, delivery.attempts) == (DeliveryState.SENT, 1)
    assert [entry["event"] for entry in logs] == ["delivery_sent"]
    assert len(slack.messages("U0ADA")) == 1


async def test_a_message_that_may_be_sent_is_found_although_the_clock_was_ahead(
    registry: Registry,
    dependencies: DeliveryDependencies,
    slack: Sandbox,
    clock: SetClock,
) -> None:
    """The search in Slack does not begin at a moment that has not come yet (B03)."""
    user = await registry.register("U0ADA")
    await registry.settle_others(DeliveryKind.USERNAME)
    table, ahead = deliveries_table, clock() + timedelta(days=400)
    of_kind = table.c.kind == DeliveryKind.USERNAME
    async with running_worker(replace(dependencies, clock=clock)):
        await registry.after(user, DeliveryKind.USERNAME)
    lost = update(table).where(of_kind)
    lost = lost.values(state=DeliveryState.WAITING, outcome_unknown=True, queued_at=ahead)
    await registry.store.write(executing(lost))

    async with running_worker(replace(dependencies, clock=clock)):
        await registry.after(user, DeliveryKind.USERNAME, attempts=2)

    assert len(slack.messages("U0ADA")) == 1
