"""Tests of recording how deliveries ended: together, and one failure undoes no other."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from structlog.testing import capture_logs

from bot.delivery.settling import SettlementQueue
from bot.runtime.no_op import ignore
from core.deliveries.rows import deliveries
from core.deliveries.rules import DeliveryKind, DeliveryState, FailureReason
from core.deliveries.settlement import NotSent, SendResult, Sent
from tests.bot.flaky_store import CountingStore
from tests.times import NOON

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from core.deliveries.rules import Delivery
    from tests.bot.delivery_worker import Registry

NOTHING = SendResult()


def sent(delivery: Delivery, result: SendResult = NOTHING) -> Sent:
    return Sent(delivery, NOON, result)


async def mails(registry: Registry, number: int) -> list[Delivery]:
    people = [await registry.register() for _ in range(number)]
    return [await registry.delivery(one, DeliveryKind.TEMPORARY_PASSWORD) for one in people]


async def states(registry: Registry, some: list[Delivery]) -> list[DeliveryState]:
    found = await registry.store.read(lambda tx: [deliveries.find(tx, one.id) for one in some])
    return [one.state for one in found if one is not None]


async def test_what_ends_together_is_recorded_in_few_transactions(registry: Registry) -> None:
    """The first is recorded at once, and all that end meanwhile in one transaction."""
    some = await mails(registry, 10)
    counting = CountingStore(registry.store)
    queue = SettlementQueue(counting, lambda: None, ignore)

    await asyncio.gather(*(queue.settle(sent(one)) for one in some))

    assert counting.writes <= 2
    assert set(await states(registry, some)) == {DeliveryState.SENT}


async def test_one_that_cannot_be_recorded_undoes_no_other(registry: Registry) -> None:
    def refuse(_: Connection) -> bool:
        raise ZeroDivisionError("hunter2")

    some = await mails(registry, 4)
    queue = SettlementQueue(registry.store, lambda: None, ignore)
    refused = sent(some[2], SendResult(after_send=refuse))

    with capture_logs() as logs:
        ended = [refused if one is some[2] else sent(one) for one in some]
        await asyncio.gather(*map(queue.settle, ended))

    expected = [DeliveryState.SENT] * 4
    expected[2] = DeliveryState.WAITING
    assert await states(registry, some) == expected
    assert [(entry["event"], entry["delivery"]) for entry in logs] == [
        ("delivery_not_settled", some[2].id)
    ]
    assert "hunter2" not in str(logs)


async def test_an_error_of_who_is_told_records_nothing_again(registry: Registry) -> None:
    def fail(_user_ids: Collection[int]) -> None:
        raise ZeroDivisionError("hunter2")

    some = await mails(registry, 4)
    counting = CountingStore(registry.store)
    queue = SettlementQueue(counting, lambda: None, fail)

    with capture_logs() as logs:
        await asyncio.gather(*(queue.settle(sent(one)) for one in some))
        await queue.settle(sent(some[0]))

    assert counting.writes <= 3
    assert set(await states(registry, some)) == {DeliveryState.SENT}
    assert {entry["event"] for entry in logs} == {"settlement_not_told"}
    assert "hunter2" not in str(logs)


async def test_a_cancelled_caller_takes_no_outcome_along(registry: Registry) -> None:
    """A worker that stops records what was sent all the same."""
    (one,) = await mails(registry, 1)
    queue = SettlementQueue(registry.store, lambda: None, ignore)

    settling = asyncio.create_task(queue.settle(sent(one)))
    await asyncio.sleep(0)
    settling.cancel()
    await asyncio.wait({settling})
    await queue.finish(5)

    assert await states(registry, [one]) == [DeliveryState.SENT]


async def test_a_failure_wakes_the_worker_for_the_notice_about_it(registry: Registry) -> None:
    (one,) = await mails(registry, 1)
    queued: list[None] = []
    queue = SettlementQueue(registry.store, lambda: queued.append(None), ignore)
    pause, reason = timedelta(0), FailureReason.MAIL_REFUSED

    await queue.settle(NotSent(one, NOON, reason, final=True, pause=pause, outcome_unknown=False))

    assert queued == [None]
