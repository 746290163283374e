"""Tests of Slack's events about members: out of order, and several in one second."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from bot.jobs.member_sync import MemberSync
from bot.slack.connection import slack_client
from core.leavers import rows as leavers
from core.members import rows as members
from core.members.rules import Member, MemberKey
from core.secret import Secret
from sandbox.state.user_objects import user_json
from tests.handlers.demo_actions import ANNA, JONAS, find_user, register, wait_until_sent

if TYPE_CHECKING:
    from bot.demo.demo import Demo
    from core.leavers.rules import Leaver
    from sandbox.json_types import Json


async def send_event(demo: Demo, name: str = "user_change", **changes: Any) -> None:  # noqa: ANN401 - any part of a user
    """Send an event about Jonas as Slack does, with parts of his description changed."""
    workspace = demo.slack.workspace
    now = workspace.clock.now()
    user: Json = user_json(workspace.members[JONAS], now, with_email=True, with_locale=True)
    answer = await demo.slack.event({"type": name, "user": {**user, **changes}, "cache_ts": 1})
    assert answer.ok, answer


async def known_member(demo: Demo) -> Member:
    found = await demo.product.store.read(lambda tx: members.find(tx, MemberKey("T0IMI", JONAS)))
    assert found is not None
    return found


async def leaver(demo: Demo) -> Leaver | None:
    user = await find_user(demo, "joestergaard")
    assert user is not None
    return await demo.product.store.read(lambda tx: leavers.find(tx, user.id))


def second(demo: Demo) -> int:
    return int(demo.slack.clock.now().timestamp())


async def test_leaving_and_coming_back_twice_in_one_second_asks_nobody(  # D14, B01
    demo: Demo,
) -> None:
    await register(demo, member=JONAS)
    now = second(demo)

    for deleted in (True, False, True, False):
        await send_event(demo, deleted=deleted, updated=now)

    assert not (await known_member(demo)).deleted
    assert await leaver(demo) is None


async def test_keep_and_remove_work_after_any_number_of_events(demo: Demo) -> None:  # D14, B01
    await register(demo, member=JONAS)
    await wait_until_sent(demo)
    now = second(demo)
    for deleted in (True, False, True, False, True):
        await send_event(demo, deleted=deleted, updated=now)
    await wait_until_sent(demo)
    user = await find_user(demo, "joestergaard")
    assert user is not None

    # Together, as the buttons are gone soon after the first of them.
    answers = await asyncio.gather(
        *(
            demo.slack.click(ANNA, button, ANNA, value=str(user.id))
            for button in ("leaver_keep", "leaver_remove")
        )
    )
    kept = await leaver(demo)
    await demo.slack.submit(ANNA)

    assert all(answer.ok for answer in answers)
    assert kept is not None
    assert kept.ask_at is not None
    assert await find_user(demo, "joestergaard") is None


async def test_one_member_does_not_stop_the_comparison_of_the_others(demo: Demo) -> None:  # B01
    await register(demo, member=JONAS)
    for deleted in (True, False, True, False, True):
        await demo.slack.update_member(JONAS, deleted=deleted)

    async with slack_client(Secret(demo.slack.app.bot_token), demo.slack.api_url) as client:
        sync = MemberSync(demo.product.store, client, "T0IMI", demo.slack.clock.now)
        number = await sync.run()

    assert number == len(demo.slack.workspace.members)
    assert await leaver(demo) is not None


@pytest.mark.parametrize("late", ["user_change", "team_join"])
async def test_an_older_event_that_arrives_late_changes_nothing(  # D14, D21, B17
    demo: Demo, late: str
) -> None:
    await register(demo, member=JONAS)
    now = second(demo)
    await send_event(demo, updated=now + 60, tz="Europe/Lisbon")

    await send_event(demo, late, updated=now + 1, deleted=True, tz="Europe/Athens")

    known = await known_member(demo)
    assert (known.deleted, known.tz) == (False, "Europe/Lisbon")
    assert await leaver(demo) is None


async def test_an_event_without_a_moment_is_taken(demo: Demo) -> None:  # B17
    await register(demo, member=JONAS)
    now = second(demo)
    await send_event(demo, updated=now + 60)

    await send_event(demo, updated=None, deleted=True)
    await send_event(demo, updated=now + 1, deleted=False)

    assert (await known_member(demo)).deleted
