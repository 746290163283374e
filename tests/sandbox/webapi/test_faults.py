"""Tests that planned faults take effect."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.sandbox.web_api_client import post_message

if TYPE_CHECKING:
    from sandbox import Sandbox


async def test_planned_faults_take_effect_in_order(slack: Sandbox) -> None:
    slack.faults.add("chat.postMessage", "ratelimited", seconds=7)
    slack.faults.add("chat.postMessage", "error:fatal_error")
    slack.faults.add("chat.postMessage", "http_500")
    slack.faults.add("chat.postMessage", "drop_answer")
    slack.faults.add("chat.postMessage", "timeout", seconds=0.05)
    slack.faults.add("chat.postMessage", "slow", seconds=0.05)

    limited = await post_message(slack, "1")
    assert (limited["error"], limited["status"], limited["retry"]) == ("ratelimited", 429, "7")
    assert (await post_message(slack, "2"))["error"] == "fatal_error"
    assert (await post_message(slack, "3"))["status"] == 500
    for text in ("4", "5"):
        with pytest.raises(aiohttp.ClientError):
            await post_message(slack, text)
    assert (await post_message(slack, "6"))["ok"]
    assert [message.text for message in slack.messages("C0HEALTH")] == ["4", "6"]


async def test_a_late_call_is_overtaken_by_the_next_one(slack: Sandbox) -> None:
    slack.faults.add("chat.postMessage", "late", seconds=1)
    overtaken = asyncio.create_task(post_message(slack, "7"))
    await asyncio.sleep(0.05)
    assert (await post_message(slack, "8"))["ok"]
    assert (await overtaken)["ok"]
    assert [message.text for message in slack.messages("C0HEALTH")] == ["8", "7"]


async def test_an_unknown_fault_cannot_be_planned(slack: Sandbox) -> None:
    with pytest.raises(ValueError, match="no such fault"):
        slack.faults.add("*", "earthquake")
