from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from structlog.testing import capture_logs

from bot.delivery import worker as worker_module
from bot.delivery.worker import DeliveryWorker, WorkerParts
from core.deliveries.rules import (
    GIVE_UP_AFTER,
    LEASE_TIME,
    DeliveryKind,
    DeliveryState,
    FailureReason,
)
from core.users.rows import users
from tests.bot.faltering import FalteringStore
from tests.bot.working import Hashing, Registry, working
from tests.times import NOON

if TYPE_CHECKING:
    import pytest
    from sqlalchemy import Connection

    from core.secret import Secret
    from sandbox import Sandbox


async def test_a_removed_user_is_told_nothing(registry: Registry, parts: WorkerParts) -> None:
    user = await registry.register("U0ADA", team_channel="C0TEAM")
    table = users.users

    def remove(tx: Connection) -> None:
        tx.execute(table.update().where(table.c.id == user.id).values(removed_at=NOON))

    await registry.store.write(remove)

    async with working(parts):
        kinds = (DeliveryKind.USERNAME, DeliveryKind.TEMPORARY_PASSWORD, DeliveryKind.ONBOARDING)
        ends = [await registry.after(user, kind) for kind in kinds]

    assert {(end.state, end.reason) for end in ends} == {
        (DeliveryState.FAILED, FailureReason.NO_USE)
    }


async def test_two_workers_send_nothing_twice(
    registry: Registry, parts: WorkerParts, slack: Sandbox
) -> None:
    people = [await registry.register(team_channel="C0TEAM") for _ in range(12)]

    async with working(parts), working(parts):
        for user in people:
            await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)
            await registry.after(user, DeliveryKind.ONBOARDING)

    assert sorted(mail.recipients[0] for mail in slack.mails) == sorted(p.email for p in people)
    assert len({message.text for message in slack.messages("C0TEAM")}) == len(people)
    assert len(slack.messages("C0TEAM")) == len(people)


async def test_a_nudge_is_answered_at_once(
    registry: Registry, parts: WorkerParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "POLL_SECONDS", 60)

    async with working(parts) as worker:
        await asyncio.sleep(0.1)
        user = await registry.register()
        worker.nudge()
        delivery = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD, seconds=2)

    assert delivery.state == DeliveryState.SENT


async def test_without_a_nudge_what_is_due_is_found_by_looking(
    registry: Registry, parts: WorkerParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "POLL_SECONDS", 0.05)

    async with working(parts):
        user = await registry.register()
        delivery = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)

    assert delivery.state == DeliveryState.SENT


class BrokenHashing:
    """A surprise in the middle of sending, once."""

    def __init__(self) -> None:
        self.calls = 0

    async def hash_of(self, password: Secret) -> str:
        self.calls += 1
        if self.calls == 1:
            raise ZeroDivisionError(f"with {password.reveal()} in its text")
        return await Hashing().hash_of(password)


async def test_a_surprise_puts_off_one_delivery_and_is_logged_by_its_type(
    registry: Registry, parts: WorkerParts, slack: Sandbox
) -> None:
    user = await registry.register()

    with capture_logs() as logs:
        async with working(replace(parts, hashing=BrokenHashing())) as worker:
            put_off = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)
            slack.advance(timedelta(seconds=6))
            worker.nudge()
            delivery = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD, attempts=2)

    assert (put_off.state, put_off.reason) == (
        DeliveryState.WAITING,
        FailureReason.MAIL_UNREACHABLE,
    )
    assert delivery.state == DeliveryState.SENT
    assert [entry["event"] for entry in logs] == ["delivery_put_off", "delivery_sent"]
    assert logs[0]["error"] == "ZeroDivisionError"
    assert "in its text" not in str(logs)


async def test_a_delivery_that_hangs_is_put_off_before_its_lease_ends(
    registry: Registry, parts: WorkerParts, slack: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "SENDING_SECONDS", 0.1)
    slack.faults.add("chat.postMessage", "timeout", seconds=2)
    user = await registry.register("U0ADA")
    await registry.only(DeliveryKind.USERNAME)

    async with working(parts):
        delivery = await registry.after(user, DeliveryKind.USERNAME)

    assert (delivery.state, delivery.reason) == (
        DeliveryState.WAITING,
        FailureReason.SLACK_UNREACHABLE,
    )


async def test_days_of_trying_are_the_end_and_the_administrators_hear_of_it(
    registry: Registry, parts: WorkerParts, slack: Sandbox
) -> None:
    slack.mailbox.faults.add("defer", times=2)
    user = await registry.register()

    async with working(parts) as worker:
        await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)
        slack.advance(GIVE_UP_AFTER)
        worker.nudge()
        delivery = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD, attempts=2)

    assert (delivery.state, delivery.reason) == (
        DeliveryState.FAILED,
        FailureReason.MAIL_UNREACHABLE,
    )


async def test_a_database_that_is_away_is_asked_again(
    registry: Registry, parts: WorkerParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "POLL_SECONDS", 0.05)
    user = await registry.register()
    faltering = FalteringStore(registry.store, {1})

    with capture_logs() as logs:
        async with working(replace(parts, store=faltering)):
            delivery = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)

    assert delivery.state == DeliveryState.SENT
    assert logs[0] == {
        "event": "deliveries_not_claimed",
        "log_level": "warning",
        "error": "ConnectionError",
    }


async def test_what_was_sent_and_could_not_be_settled_is_found_in_slack(
    registry: Registry, parts: WorkerParts, slack: Sandbox
) -> None:
    user = await registry.register("U0ADA")
    await registry.only(DeliveryKind.USERNAME)
    faltering = FalteringStore(registry.store, {2})

    with capture_logs() as logs:
        async with working(replace(parts, store=faltering)) as worker:
            await slack.until(lambda: "delivery_not_settled" in str(logs))
            slack.advance(LEASE_TIME + timedelta(seconds=1))
            worker.nudge()
            delivery = await registry.after(user, DeliveryKind.USERNAME)

    assert delivery.state == DeliveryState.SENT
    assert len(slack.messages("U0ADA")) == 1
    assert "hunter2" not in str(logs)


async def test_stopping_lets_what_is_in_hand_finish(
    registry: Registry, parts: WorkerParts, slack: Sandbox
) -> None:
    slack.faults.add("chat.postMessage", "slow", seconds=0.3)
    user = await registry.register("U0ADA")
    await registry.only(DeliveryKind.USERNAME)
    worker = DeliveryWorker(parts)
    worker.start()
    await slack.until(lambda: slack.messages("U0ADA"))

    await worker.stop(5)

    assert (await registry.delivery(user, DeliveryKind.USERNAME)).state == DeliveryState.SENT


async def test_a_worker_that_never_started_stops_at_once(parts: WorkerParts) -> None:
    await DeliveryWorker(parts).stop(5)
