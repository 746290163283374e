"""Tests of the delivery worker: attempts, leases and retries."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update
from structlog.testing import capture_logs

from bot.delivery import attempts
from core.deliveries.rules import (
    FEWEST_ATTEMPTS,
    GIVE_UP_AFTER,
    LEASE_TIME,
    DeliveryKind,
    DeliveryState,
    FailureReason,
)
from core.schema.deliveries import deliveries as deliveries_table
from core.schema.users import users as users_table
from tests.bot.delivery_worker import QuickHashing, Registry, running_worker
from tests.bot.flaky_store import FlakyStore
from tests.factories import executing
from tests.times import NOON

if TYPE_CHECKING:
    import pytest
    from sqlalchemy import Connection

    from bot.delivery.dependencies import DeliveryDependencies
    from core.secret import Secret
    from sandbox import Sandbox


async def test_a_removed_user_is_sent_nothing(
    registry: Registry, dependencies: DeliveryDependencies
) -> None:
    user = await registry.register("U0ADA", team_channel="C0TEAM")
    table = users_table

    def remove(tx: Connection) -> None:
        tx.execute(table.update().where(table.c.id == user.id).values(removed_at=NOON))

    await registry.store.write(remove)

    async with running_worker(dependencies):
        kinds = (DeliveryKind.USERNAME, DeliveryKind.TEMPORARY_PASSWORD, DeliveryKind.ONBOARDING)
        ends = [await registry.after(user, kind) for kind in kinds]

    assert {(end.state, end.reason) for end in ends} == {
        (DeliveryState.FAILED, FailureReason.OBSOLETE)
    }


async def test_two_workers_send_nothing_twice(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    people = [await registry.register(team_channel="C0TEAM") for _ in range(12)]

    async with running_worker(dependencies), running_worker(dependencies):
        for user in people:
            await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)
            await registry.after(user, DeliveryKind.ONBOARDING)

    assert sorted(mail.recipients[0] for mail in slack.mails) == sorted(p.email for p in people)
    assert len({message.text for message in slack.messages("C0TEAM")}) == len(people)
    assert len(slack.messages("C0TEAM")) == len(people)


class BrokenHashing:
    """Raises an unexpected error at the first call."""

    def __init__(self) -> None:
        self.calls = 0

    async def hash_of(self, password: Secret) -> str:
        self.calls += 1
        if self.calls == 1:
            raise ZeroDivisionError(f"with {password.reveal()} in its text")
        return await QuickHashing().hash_of(password)


async def test_an_unexpected_error_puts_off_one_delivery_and_is_logged_by_type(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register()

    with capture_logs() as logs:
        async with running_worker(replace(dependencies, hashing=BrokenHashing())) as worker:
            put_off = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)
            slack.advance(timedelta(seconds=6))
            worker.wake()
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
    registry: Registry,
    dependencies: DeliveryDependencies,
    slack: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attempts, "SEND_TIMEOUT_SECONDS", 0.1)
    slack.faults.add("chat.postMessage", "timeout", seconds=2)
    user = await registry.register("U0ADA")
    await registry.settle_others(DeliveryKind.USERNAME)

    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.USERNAME)

    assert (delivery.state, delivery.reason) == (
        DeliveryState.WAITING,
        FailureReason.SLACK_UNREACHABLE,
    )


async def test_a_delivery_fails_after_days_and_administrators_are_notified(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    slack.mailbox.faults.add("defer", times=2)
    user = await registry.register()
    table = deliveries_table

    async with running_worker(dependencies) as worker:
        await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)
        await registry.store.write(executing(update(table).values(attempts=FEWEST_ATTEMPTS)))
        slack.advance(GIVE_UP_AFTER)
        worker.wake()
        delivery = await registry.after(
            user, DeliveryKind.TEMPORARY_PASSWORD, attempts=FEWEST_ATTEMPTS + 1
        )

    assert (delivery.state, delivery.reason) == (
        DeliveryState.FAILED,
        FailureReason.MAIL_UNREACHABLE,
    )


async def test_a_sent_but_unsettled_delivery_is_found_in_slack(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register("U0ADA")
    await registry.settle_others(DeliveryKind.USERNAME)
    # The first claims it, the second settles it.
    flaky = FlakyStore(registry.store, {2})

    with capture_logs() as logs:
        async with running_worker(replace(dependencies, store=flaky)) as worker:
            await slack.until(lambda: "delivery_not_settled" in str(logs))
            slack.advance(LEASE_TIME + timedelta(seconds=1))
            worker.wake()
            delivery = await registry.after(user, DeliveryKind.USERNAME)

    assert delivery.state == DeliveryState.SENT
    assert len(slack.messages("U0ADA")) == 1
    assert "hunter2" not in str(logs)
