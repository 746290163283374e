"""Tests that a wait that times out reports the recent activity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from sandbox import Sandbox


async def test_a_wait_that_times_out_reports_recent_activity(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel="C0HEALTH", text="Hello")

    with pytest.raises(AssertionError, match=r"chat\.postMessage ok"):
        await slack.until(lambda: slack.mails, seconds=0.05)
