"""Tests of the delivery of usernames by DM, and of messages in the team channel."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from bot.delivery.worker import DeliveryWorker
from bot.slack.client import SlackSender
from bot.slack.rate_limits import USERS_INFO, RateLimiter, RateLimits
from core.accounts import username_handover
from core.deliveries.rules import LEASE_TIME, DeliveryKind, DeliveryState, FailureReason
from core.languages.names import full_name
from core.members import rows as members
from core.policy import Policy, UsernameDelivery
from core.rulebook import Rulebook
from core.schema.users import users as users_table
from core.users.rows import users
from sandbox import Member
from tests.bot.delivery_worker import Registry, running_worker
from tests.bot.flaky_store import FlakyStore
from tests.factories import a_member
from tests.times import NOON

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient
    from sqlalchemy import Connection

    from bot.delivery.dependencies import DeliveryDependencies
    from core.deliveries.rules import Delivery
    from core.users.rules import User
    from sandbox import Sandbox


async def test_the_username_is_sent_by_dm_in_the_blocks_alone(  # C4, R55, D10
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register("U0ADA", username="zyxwvut", language="da")

    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.USERNAME)

    (message,) = slack.messages("U0ADA")
    assert "zyxwvut" in str(message.blocks)
    assert "zyxwvut" not in message.text
    assert message.metadata is not None
    assert message.metadata["event_payload"] == {"key": f"username:{user.id}:1"}
    assert (delivery.state, delivery.reason) == (DeliveryState.SENT, None)
    assert (await registry.user(user)).username_handed_over_at is not None


async def test_a_username_behind_a_button_does_not_count_as_known(  # D10
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register("U0ADA", username="zyxwvut")
    policy = Policy(username_delivery=UsernameDelivery.REVEAL)
    rulebook = Rulebook(policy, dependencies.rulebook.catalogue)

    async with running_worker(replace(dependencies, rulebook=rulebook)):
        await registry.after(user, DeliveryKind.USERNAME)

    (message,) = slack.messages("U0ADA")
    assert "zyxwvut" not in str(message)
    assert (await registry.user(user)).username_handed_over_at is None


async def change_while_sending(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox, **changes: object
) -> tuple[User, Delivery]:
    """Change the user after Slack has the message and before its answer; send what that queues."""
    user = await registry.register("U0ADA", username="zyxwvut")
    slack.faults.add("chat.postMessage", "slow", seconds=1)

    def change(tx: Connection) -> None:
        tx.execute(update(users_table).where(users_table.c.id == user.id).values(**changes))
        username_handover.send_unless_known(tx, users.require(tx, user.id), None, NOON)

    async with running_worker(dependencies):
        await slack.until(lambda: bool(slack.messages("U0ADA")))
        await registry.store.write(change)
        await registry.after(user, DeliveryKind.USERNAME)
        delivery = await registry.after(user, DeliveryKind.USERNAME)
    return await registry.user(user), delivery


async def test_a_username_changed_while_it_is_being_sent_is_sent_again(  # D8, D10
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user, delivery = await change_while_sending(registry, dependencies, slack, username="abcdefg")

    assert (delivery.serial, delivery.state) == (2, DeliveryState.SENT)
    assert "abcdefg" in str(slack.messages("U0ADA")[-1].blocks)
    assert user.username_handed_over_at is not None


async def test_a_member_linked_while_the_username_is_being_sent_gets_it_too(  # D10, D21
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    await slack.join(Member("U0BO", "bo", "Bo Person", "bo@health.example"))
    await registry.store.write(lambda tx: a_member(tx, "U0BO"))

    user, delivery = await change_while_sending(registry, dependencies, slack, member_id="U0BO")

    assert (delivery.serial, delivery.state) == (2, DeliveryState.SENT)
    (message,) = slack.messages("U0BO")
    assert "zyxwvut" in str(message.blocks)
    assert user.username_handed_over_at is not None


async def test_nothing_more_is_sent_to_a_user_removed_while_the_username_is_being_sent(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user, delivery = await change_while_sending(registry, dependencies, slack, removed_at=NOON)

    assert (delivery.serial, delivery.state) == (1, DeliveryState.SENT)
    assert user.username_handed_over_at is None


async def test_the_team_channel_gets_the_onboarding_message(  # C5
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register(username="zyxwvut", team_channel="C0TEAM")

    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.ONBOARDING)

    (message,) = slack.messages("C0TEAM")
    assert full_name(user, "en") in message.text
    assert "zyxwvut" not in str(message)
    assert user.email not in str(message)


async def test_a_name_in_the_team_channel_has_no_effect(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    # A name from before D32.
    user = await registry.register(first_name="<!channel> *Ida*", team_channel="C0TEAM")

    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.ONBOARDING)

    (message,) = slack.messages("C0TEAM")
    assert "&lt;!channel&gt;" in str(message)
    assert "<!channel>" not in str(message)


async def test_slacks_retry_after_is_respected(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    slack.faults.add("chat.postMessage", "ratelimited", seconds=90)
    user = await registry.register("U0ADA")

    async with running_worker(dependencies) as worker:
        put_off = await registry.after(user, DeliveryKind.USERNAME)
        slack.advance(timedelta(seconds=60))
        worker.wake()
        await asyncio.sleep(0.1)
        assert slack.messages("U0ADA") == []
        slack.advance(timedelta(seconds=31))
        worker.wake()
        delivery = await registry.after(user, DeliveryKind.USERNAME, attempts=2)

    assert put_off.reason == FailureReason.SLACK_UNREACHABLE
    assert put_off.due_at - NOON >= timedelta(seconds=90)
    assert delivery.state == DeliveryState.SENT
    assert len(slack.messages("U0ADA")) == 1


@pytest.mark.parametrize("kind", ["http_500", "drop_answer"])
@pytest.mark.parametrize("where", ["U0ADA", "C0TEAM"])
async def test_a_lost_answer_does_not_lead_to_a_second_message(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox, kind: str, where: str
) -> None:
    slack.faults.add("chat.postMessage", kind)
    way = DeliveryKind.USERNAME if where == "U0ADA" else DeliveryKind.ONBOARDING
    user = await registry.register("U0ADA", team_channel="C0TEAM")
    await registry.settle_others(way)

    async with running_worker(dependencies) as worker:
        await registry.after(user, way)
        slack.advance(timedelta(seconds=6))
        worker.wake()
        delivery = await registry.after(user, way, attempts=2)

    assert delivery.state == DeliveryState.SENT
    assert len(slack.messages(where)) == 1


@pytest.mark.parametrize(
    ("channel", "reason"),
    [
        ("C0OLD", FailureReason.ARCHIVED),
        ("C0OTHER", FailureReason.CHANNEL),
        ("C0NONE", FailureReason.CHANNEL),
    ],
)
async def test_a_delivery_to_a_refusing_channel_fails_permanently(
    registry: Registry, dependencies: DeliveryDependencies, channel: str, reason: FailureReason
) -> None:
    user = await registry.register(team_channel=channel)

    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.ONBOARDING)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, reason)


async def test_a_team_whose_channel_was_unset_gets_no_onboarding_message(
    registry: Registry, dependencies: DeliveryDependencies
) -> None:
    user = await registry.register()
    await registry.queue(user, DeliveryKind.ONBOARDING)

    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.ONBOARDING)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.OBSOLETE)


@pytest.mark.parametrize(
    "flags", [{"deleted": True}, {"guest": True}, {"bot": True}, {"stranger": True}]
)
async def test_a_member_who_became_ineligible_gets_no_dm(  # D10, D21
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox, flags: dict[str, bool]
) -> None:
    user = await registry.register("U0ADA")
    await registry.store.write(lambda tx: a_member(tx, "U0ADA", **flags))

    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.USERNAME)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.MEMBER)
    assert slack.messages("U0ADA") == []


@pytest.mark.parametrize("member_id", ["U0GONE", "U0NOBODY"])
async def test_a_member_not_seen_for_a_day_is_looked_up_before_a_dm(  # D21
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox, member_id: str
) -> None:
    user = await registry.register(member_id)
    long_ago = NOON - timedelta(days=2)
    await registry.store.write(lambda tx: a_member(tx, member_id, seen_at=long_ago))

    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.USERNAME)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.MEMBER)
    assert [call.method for call in slack.calls] == ["users.info"]


async def test_a_looked_up_member_is_saved(
    registry: Registry, dependencies: DeliveryDependencies
) -> None:
    user = await registry.register("U0ADA")
    long_ago = NOON - timedelta(days=2)
    await registry.store.write(lambda tx: a_member(tx, "U0ADA", seen_at=long_ago))

    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.USERNAME)

    key = user.member
    assert key is not None
    known = await registry.store.read(lambda tx: members.find(tx, key))
    assert delivery.state == DeliveryState.SENT
    assert known is not None
    assert (known.tz, known.seen_at >= NOON) == ("Europe/Copenhagen", True)


async def test_the_time_zone_of_a_new_user_is_learned_after_their_message(  # R54, D6
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    """Of members who are no users it is not kept, and the message does not wait for it."""
    user = await registry.register("U0ADA")
    await registry.store.write(lambda tx: a_member(tx, "U0ADA", tz=None, seen_at=NOON))
    await registry.settle_others(DeliveryKind.USERNAME)

    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.USERNAME)

    key = user.member
    assert key is not None
    known = await registry.store.read(lambda tx: members.find(tx, key))
    assert known is not None
    assert known.tz == "Europe/Copenhagen"
    assert [call.method for call in slack.calls] == ["chat.postMessage", "users.info"]


async def test_many_first_messages_do_not_wait_for_the_limit_of_time_zones(  # R54
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox, client: AsyncWebClient
) -> None:
    colleagues = []
    for number in range(3):
        member = Member(f"U0NEW{number}", f"new{number}", f"New {number}")
        await slack.join(member)
        colleagues.append(await registry.register(member.id))
        await registry.store.write(partial(a_member, member_id=member.id, tz=None, seen_at=NOON))
    await registry.settle_others(DeliveryKind.USERNAME)
    # One call at once, and the next after a minute.
    limiter = RateLimiter(RateLimits({USERS_INFO: 2}, 0), dependencies.clock)

    async with running_worker(replace(dependencies, slack=SlackSender(client, limiter))):
        for user in colleagues:
            delivery = await registry.after(user, DeliveryKind.USERNAME)
            assert delivery.state == DeliveryState.SENT

    assert [call.method for call in slack.calls].count(USERS_INFO) == 1


@pytest.mark.parametrize("unavailable", ["Slack", "the database"])
async def test_a_message_is_sent_once_though_the_time_zone_cannot_be_learned(  # R54
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox, unavailable: str
) -> None:
    if unavailable == "Slack":
        slack.faults.add("users.info", "error:internal_error")
    user = await registry.register("U0ADA")
    await registry.store.write(lambda tx: a_member(tx, "U0ADA", tz=None, seen_at=NOON))
    await registry.settle_others(DeliveryKind.USERNAME)
    # The first write claims the message, the second saves the member.
    flaky = FlakyStore(registry.store, {2} if unavailable == "the database" else set())

    async with running_worker(replace(dependencies, store=flaky)):
        delivery = await registry.after(user, DeliveryKind.USERNAME)

    assert delivery.state == DeliveryState.SENT
    assert len(slack.messages("U0ADA")) == 1


async def test_a_user_without_a_slack_member_gets_no_dm(
    registry: Registry, dependencies: DeliveryDependencies
) -> None:
    user = await registry.register()
    await registry.queue(user, DeliveryKind.USERNAME)

    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.USERNAME)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.MEMBER)


async def test_an_unknown_member_is_a_fault_of_the_member_not_the_channel(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    slack.faults.add("chat.postMessage", "error:channel_not_found")
    user = await registry.register("U0ADA")

    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.USERNAME)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.MEMBER)


async def test_a_message_sent_before_a_crash_is_not_sent_again(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    slack.faults.add("chat.postMessage", "slow", seconds=30)
    user = await registry.register("U0ADA")
    await registry.settle_others(DeliveryKind.USERNAME)
    crashed = DeliveryWorker(dependencies)
    crashed.start()
    await slack.until(lambda: slack.messages("U0ADA"))
    await crashed.stop(0)

    slack.advance(LEASE_TIME + timedelta(seconds=1))
    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.USERNAME)

    assert delivery.state == DeliveryState.SENT
    assert len(slack.messages("U0ADA")) == 1
