"""Tests of the nightly sync of Slack's members."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.jobs.member_sync import MemberSync
from core.leavers import rows as leavers
from core.members import rows as members
from core.members.rules import MemberKey
from sandbox import Member
from tests.bot.flaky_store import FlakyStore
from tests.factories import TEAM

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from core.store.store import Store
    from sandbox import Sandbox
    from tests.bot.delivery_worker import Registry


async def test_the_sync_finds_members_and_leavers_whose_events_were_missed(  # D14, D21
    registry: Registry, store: Store, slack: Sandbox, client: AsyncWebClient
) -> None:
    gone = await registry.register("U0GONE")
    here = await registry.register("U0ADA")

    number = await MemberSync(store, client, TEAM, slack.clock.now).run()

    assert number == 5 + 1  # and the app's own bot
    # Members who are not users are not stored.
    assert await store.read(lambda tx: members.find(tx, MemberKey(TEAM, "U0OTHER"))) is None
    assert await store.read(lambda tx: leavers.find(tx, gone.id)) is not None
    assert await store.read(lambda tx: leavers.find(tx, here.id)) is None


async def test_all_pages_of_members_are_read(
    registry: Registry, store: Store, slack: Sandbox, client: AsyncWebClient
) -> None:
    for n in range(250):
        await slack.join(Member(f"U1P{n:03}", f"p{n}", f"Person {n}", f"p{n}@health.example"))

    await registry.register("U1P249")
    await store.write(lambda tx: members.forget(tx, MemberKey(TEAM, "U1P249")))

    assert await MemberSync(store, client, TEAM, slack.clock.now).run() == 256

    last = await store.read(lambda tx: members.find(tx, MemberKey(TEAM, "U1P249")))
    assert last is not None


async def test_a_refused_sync_is_retried_the_next_night(
    store: Store, slack: Sandbox, client: AsyncWebClient
) -> None:
    slack.faults.add("users.list", "error:missing_scope")

    assert await MemberSync(store, client, TEAM, slack.clock.now).run() == 0


async def test_a_member_who_cannot_be_saved_stops_no_other_one(  # D14, B01
    registry: Registry, store: Store, slack: Sandbox, client: AsyncWebClient
) -> None:
    gone = await registry.register("U0GONE")
    # Saving all together fails, and then the first one alone.
    flaky = FlakyStore(store, {1, 2})

    number = await MemberSync(flaky, client, TEAM, slack.clock.now).run()

    assert number == 5
    assert await store.read(lambda tx: leavers.find(tx, gone.id)) is not None


async def test_the_sync_fails_if_nobody_can_be_saved(
    store: Store, slack: Sandbox, client: AsyncWebClient
) -> None:
    """The scheduler then counts a failure, and soon tries again."""
    unavailable = FlakyStore(store, set(range(100)))

    with pytest.raises(ConnectionError):
        await MemberSync(unavailable, client, TEAM, slack.clock.now).run()
