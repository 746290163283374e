"""Rate limits, faults on demand, and response URLs."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import aiohttp
import pytest

from sandbox import Message, Sandbox
from tests.sandbox.asking import posted, responded


async def test_real_rate_limits_can_be_switched_on(slack: Sandbox) -> None:
    slack.rate_limits.enabled = True

    assert (await posted(slack, "chat.postMessage", channel="C0HEALTH", text="One"))["ok"]
    assert (await posted(slack, "chat.postMessage", channel="C0HEALTH", text="Two"))[
        "error"
    ] == "ratelimited"
    assert (await posted(slack, "chat.postMessage", channel="U0ANNA", text="Elsewhere"))["ok"]
    slack.advance(timedelta(seconds=2))
    assert (await posted(slack, "chat.postMessage", channel="C0HEALTH", text="Three"))["ok"]


async def test_faults_happen_on_demand(slack: Sandbox) -> None:
    slack.faults.add("chat.postMessage", "ratelimited", seconds=7)
    slack.faults.add("chat.postMessage", "error:fatal_error")
    slack.faults.add("chat.postMessage", "http_500")
    slack.faults.add("chat.postMessage", "drop_answer")
    slack.faults.add("chat.postMessage", "timeout", seconds=0.05)
    slack.faults.add("chat.postMessage", "slow", seconds=0.05)

    limited = await posted(slack, "chat.postMessage", channel="C0HEALTH", text="1")
    assert (limited["error"], limited["status"], limited["retry"]) == ("ratelimited", 429, "7")
    assert (await posted(slack, "chat.postMessage", channel="C0HEALTH", text="2"))[
        "error"
    ] == "fatal_error"
    assert (await posted(slack, "chat.postMessage", channel="C0HEALTH", text="3"))["status"] == 500
    for text in ("4", "5"):
        with pytest.raises(aiohttp.ClientError):
            await posted(slack, "chat.postMessage", channel="C0HEALTH", text=text)
    assert (await posted(slack, "chat.postMessage", channel="C0HEALTH", text="6"))["ok"]
    assert [message.text for message in slack.messages("C0HEALTH")] == ["4", "6"]
    slack.faults.add("chat.postMessage", "late", seconds=1)
    overtaken = asyncio.create_task(posted(slack, "chat.postMessage", channel="C0HEALTH", text="7"))
    await asyncio.sleep(0.05)
    assert (await posted(slack, "chat.postMessage", channel="C0HEALTH", text="8"))["ok"]
    assert (await overtaken)["ok"]
    assert [message.text for message in slack.messages("C0HEALTH")] == ["4", "6", "8", "7"]
    with pytest.raises(ValueError, match="no such fault"):
        slack.faults.add("*", "earthquake")


async def test_a_response_url_works_five_times_and_half_an_hour(slack: Sandbox) -> None:
    triggers = slack.workspace.triggers
    url = slack.desk.url(triggers.new_response_url("U0ANNA", "C0HEALTH"))
    late = slack.desk.url(triggers.new_response_url("U0ANNA", "C0HEALTH"))

    async with aiohttp.ClientSession() as session:
        for number in range(6):
            async with session.post(url, json={"text": str(number)}) as response:
                assert response.status == (200 if number < 5 else 404)
        slack.advance(timedelta(minutes=31))
        async with session.post(late, json={"text": "late"}) as response:
            assert (await response.json())["error"] == "expired_url"


async def test_an_answer_replaces_or_deletes_the_message_it_belongs_to(slack: Sandbox) -> None:
    said = slack.workspace.post(Message("", "C0HEALTH", "U0BOT", "Press"))
    key = slack.workspace.triggers.new_response_url("U0ANNA", "C0HEALTH", said.ts)

    assert await responded(slack, key, text="Pressed", replace_original=True) == 200
    assert [(m.text, m.ts) for m in slack.messages("C0HEALTH")] == [("Pressed", said.ts)]
    assert await responded(slack, key, text="All", response_type="in_channel") == 200
    assert slack.messages("C0HEALTH")[1].ephemeral_to is None
    assert await responded(slack, key) == 400
    assert await responded(slack, key, delete_original=True) == 200
    assert [message.text for message in slack.messages("C0HEALTH")] == ["All"]
    slack.faults.add("response_url", "http_500")
    assert await responded(slack, key, text="a") == 500
