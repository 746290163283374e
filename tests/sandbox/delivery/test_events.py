"""Tests that events are sent to an app that subscribed to them, and retried."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox import Sandbox
    from sandbox.json_types import Json


async def test_an_event_without_a_subscription_is_not_sent(
    slack: Sandbox, received: list[Json]
) -> None:
    answer = await slack.event({"type": "reaction_added"})

    assert (answer.status, received) == (0, [])


async def test_a_failed_event_is_retried_at_once_after_one_minute_and_after_five(
    slack: Sandbox, received: list[Json]
) -> None:
    first = await slack.invite("U0BOT", "C0OTHER")
    assert (first.ok, first.status) == (False, 404)  # the app has no listener for it

    await slack.until(lambda: len(received) == 2)
    for minutes, attempts in ((1, 3), (5, 4)):
        slack.advance(timedelta(minutes=minutes))
        await slack.until(lambda attempts=attempts: len(received) == attempts)  # type: ignore[misc]

    assert len({payload["event_id"] for payload in received}) == 1
