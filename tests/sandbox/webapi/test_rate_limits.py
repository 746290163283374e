"""Tests that rate limits are enforced if they are enabled."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.sandbox.web_api_client import post_message

if TYPE_CHECKING:
    from sandbox import Sandbox


async def test_enabled_rate_limits_allow_one_message_a_second_in_a_channel(slack: Sandbox) -> None:
    slack.rate_limits.enabled = True

    assert (await post_message(slack, "One"))["ok"]
    assert (await post_message(slack, "Two"))["error"] == "ratelimited"
    assert (await post_message(slack, "Elsewhere", channel="U0ANNA"))["ok"]
    slack.advance(timedelta(seconds=2))
    assert (await post_message(slack, "Three"))["ok"]
