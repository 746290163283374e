from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.delivery.worker import DeliveryWorker, WorkerParts
from core.deliveries.rules import LEASE_TIME, DeliveryKind, DeliveryState, FailureReason
from core.members import rows as members
from core.policy import Policy, UsernameDelivery
from core.rulebook import Rulebook
from tests.bot.working import Registry, working
from tests.factories import a_member
from tests.times import NOON

if TYPE_CHECKING:
    from sandbox import Sandbox


async def test_the_username_comes_by_dm_and_stands_in_the_blocks_alone(  # C4, R55, D10
    registry: Registry, parts: WorkerParts, slack: Sandbox
) -> None:
    user = await registry.register("U0ADA", username="zyxwvut", language="da")

    async with working(parts):
        delivery = await registry.after(user, DeliveryKind.USERNAME)

    (message,) = slack.messages("U0ADA")
    assert "zyxwvut" in str(message.blocks)
    assert "zyxwvut" not in message.text
    assert message.metadata is not None
    assert message.metadata["event_payload"] == {"key": f"username:{user.id}:1"}
    assert (delivery.state, delivery.reason) == (DeliveryState.SENT, None)
    assert (await registry.user(user)).username_told_at is not None


async def test_a_username_behind_a_button_is_not_told_yet(  # D10
    registry: Registry, parts: WorkerParts, slack: Sandbox
) -> None:
    user = await registry.register("U0ADA", username="zyxwvut")
    policy = Policy(username_delivery=UsernameDelivery.REVEAL)
    rulebook = Rulebook(policy, parts.rulebook.catalogue)

    async with working(replace(parts, rulebook=rulebook)):
        await registry.after(user, DeliveryKind.USERNAME)

    (message,) = slack.messages("U0ADA")
    assert "zyxwvut" not in str(message)
    assert (await registry.user(user)).username_told_at is None


async def test_the_team_reads_who_is_new(  # C5
    registry: Registry, parts: WorkerParts, slack: Sandbox
) -> None:
    user = await registry.register(username="zyxwvut", team_channel="C0TEAM")

    async with working(parts):
        await registry.after(user, DeliveryKind.ONBOARDING)

    (message,) = slack.messages("C0TEAM")
    assert user.full_name in message.text
    assert "zyxwvut" not in str(message)
    assert user.email not in str(message)


async def test_slacks_retry_after_is_waited_for(
    registry: Registry, parts: WorkerParts, slack: Sandbox
) -> None:
    slack.faults.add("chat.postMessage", "ratelimited", seconds=90)
    user = await registry.register("U0ADA")

    async with working(parts) as worker:
        put_off = await registry.after(user, DeliveryKind.USERNAME)
        slack.advance(timedelta(seconds=60))
        worker.nudge()
        await asyncio.sleep(0.1)
        assert slack.messages("U0ADA") == []
        slack.advance(timedelta(seconds=31))
        worker.nudge()
        delivery = await registry.after(user, DeliveryKind.USERNAME, attempts=2)

    assert put_off.reason == FailureReason.SLACK_UNREACHABLE
    assert put_off.due_at - NOON >= timedelta(seconds=90)
    assert delivery.state == DeliveryState.SENT
    assert len(slack.messages("U0ADA")) == 1


@pytest.mark.parametrize("kind", ["http_500", "drop_answer"])
@pytest.mark.parametrize("where", ["U0ADA", "C0TEAM"])
async def test_an_answer_that_does_not_come_is_no_second_message(
    registry: Registry, parts: WorkerParts, slack: Sandbox, kind: str, where: str
) -> None:
    slack.faults.add("chat.postMessage", kind)
    way = DeliveryKind.USERNAME if where == "U0ADA" else DeliveryKind.ONBOARDING
    user = await registry.register("U0ADA", team_channel="C0TEAM")
    await registry.only(way)

    async with working(parts) as worker:
        await registry.after(user, way)
        slack.advance(timedelta(seconds=6))
        worker.nudge()
        delivery = await registry.after(user, way, attempts=2)

    assert delivery.state == DeliveryState.SENT
    assert len(slack.messages(where)) == 1


@pytest.mark.parametrize(
    ("channel", "reason"),
    [
        ("C0OLD", FailureReason.CHANNEL),
        ("C0OTHER", FailureReason.CHANNEL),
        ("C0NONE", FailureReason.CHANNEL),
    ],
)
async def test_a_channel_that_refuses_ends_the_delivery(
    registry: Registry, parts: WorkerParts, channel: str, reason: FailureReason
) -> None:
    user = await registry.register(team_channel=channel)

    async with working(parts):
        delivery = await registry.after(user, DeliveryKind.ONBOARDING)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, reason)


async def test_a_team_without_a_channel_any_more_needs_no_summary(
    registry: Registry, parts: WorkerParts
) -> None:
    user = await registry.register()
    await registry.queue(user, DeliveryKind.ONBOARDING)

    async with working(parts):
        delivery = await registry.after(user, DeliveryKind.ONBOARDING)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.NO_USE)


@pytest.mark.parametrize(
    "flags", [{"deleted": True}, {"guest": True}, {"bot": True}, {"stranger": True}]
)
async def test_nothing_is_said_to_who_is_no_colleague_any_more(  # D10, D21
    registry: Registry, parts: WorkerParts, slack: Sandbox, flags: dict[str, bool]
) -> None:
    user = await registry.register("U0ADA")
    await registry.store.write(lambda tx: a_member(tx, "U0ADA", **flags))

    async with working(parts):
        delivery = await registry.after(user, DeliveryKind.USERNAME)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.MEMBER)
    assert slack.messages("U0ADA") == []


@pytest.mark.parametrize("member_id", ["U0GONE", "U0NOBODY"])
async def test_a_member_not_seen_for_a_day_is_looked_up_first(  # D21
    registry: Registry, parts: WorkerParts, slack: Sandbox, member_id: str
) -> None:
    user = await registry.register(member_id)
    long_ago = NOON - timedelta(days=2)
    await registry.store.write(lambda tx: a_member(tx, member_id, seen_at=long_ago))

    async with working(parts):
        delivery = await registry.after(user, DeliveryKind.USERNAME)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.MEMBER)
    assert [call.method for call in slack.calls] == ["users.info"]


async def test_what_slack_says_of_a_member_is_remembered(
    registry: Registry, parts: WorkerParts
) -> None:
    user = await registry.register("U0ADA")
    long_ago = NOON - timedelta(days=2)
    await registry.store.write(lambda tx: a_member(tx, "U0ADA", seen_at=long_ago))

    async with working(parts):
        delivery = await registry.after(user, DeliveryKind.USERNAME)

    key = user.member
    assert key is not None
    known = await registry.store.read(lambda tx: members.find(tx, key))
    assert delivery.state == DeliveryState.SENT
    assert known is not None
    assert (known.real_name, known.seen_at >= NOON) == ("Ada Maria Person", True)


async def test_a_user_without_a_member_gets_no_dm(registry: Registry, parts: WorkerParts) -> None:
    user = await registry.register()
    await registry.queue(user, DeliveryKind.USERNAME)

    async with working(parts):
        delivery = await registry.after(user, DeliveryKind.USERNAME)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.MEMBER)


async def test_a_member_slack_does_not_find_is_no_matter_of_channels(
    registry: Registry, parts: WorkerParts, slack: Sandbox
) -> None:
    slack.faults.add("chat.postMessage", "error:channel_not_found")
    user = await registry.register("U0ADA")

    async with working(parts):
        delivery = await registry.after(user, DeliveryKind.USERNAME)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.MEMBER)


async def test_a_message_sent_before_a_crash_is_not_sent_again(
    registry: Registry, parts: WorkerParts, slack: Sandbox
) -> None:
    slack.faults.add("chat.postMessage", "slow", seconds=30)
    user = await registry.register("U0ADA")
    await registry.only(DeliveryKind.USERNAME)
    crashed = DeliveryWorker(parts)
    crashed.start()
    await slack.until(lambda: slack.messages("U0ADA"))
    await crashed.stop(0)

    slack.advance(LEASE_TIME + timedelta(seconds=1))
    async with working(parts):
        delivery = await registry.after(user, DeliveryKind.USERNAME)

    assert delivery.state == DeliveryState.SENT
    assert len(slack.messages("U0ADA")) == 1
