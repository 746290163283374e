"""Tests that the app can write only where Slack would let it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox import Member, Sandbox
from tests.sandbox.web_api_client import error_of

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0OTHER", "not_in_channel"),
        ("C0OLD", "is_archived"),
        ("C0SECRET", "channel_not_found"),
        ("C0NONE", "channel_not_found"),
        ("U0BOT", "channel_not_found"),
    ],
)
async def test_the_app_cannot_write_in_a_channel_that_it_is_not_in(
    client: AsyncWebClient, channel: str, error: str
) -> None:
    assert await error_of(client.chat_postMessage(channel=channel, text="Hello")) == error


async def test_the_app_can_write_to_a_stranger_but_not_to_another_bot(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    await slack.join(Member("U0FAR", "far", "Far Away", is_stranger=True, team_id="T0FAR"))
    await slack.join(Member("U0BOTTO", "botto", "Botto", is_bot=True))

    assert (await client.chat_postMessage(channel="U0FAR", text="Hello"))["ok"]
    post = client.chat_postMessage(channel="U0BOTTO", text="Hello")
    assert await error_of(post) == "channel_not_found"
