"""Tests of messages that members write."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sandbox import NotFoundError, Sandbox

if TYPE_CHECKING:
    from sandbox.json_types import Json


async def test_the_app_receives_the_messages_that_it_subscribed_to(
    slack: Sandbox, received: list[Json]
) -> None:
    await slack.say("U0ANNA", "C0HEALTH", "not subscribed")
    await slack.say("U0ANNA", "U0ANNA", "subscribed")

    assert [payload["event"]["text"] for payload in received] == ["subscribed"]
    assert [message.text for message in slack.messages("U0ANNA")] == ["subscribed"]
    with pytest.raises(NotFoundError):
        await slack.say("U0JAN", "C0HEALTH", "not a member")


async def test_a_mention_of_the_app_sends_an_event(slack: Sandbox, received: list[Json]) -> None:
    events = {*slack.workspace.manifest.events, "app_mention"}
    scopes = (*slack.workspace.manifest.bot_scopes, "app_mentions:read")
    slack.workspace.manifest = replace(
        slack.workspace.manifest, events=frozenset(events), bot_scopes=scopes
    )

    await slack.say("U0ANNA", "C0HEALTH", "<@U0BOT> hello")

    assert received[0]["event"]["type"] == "app_mention"
