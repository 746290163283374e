"""Tests of messages that the app posts to response URLs."""

from __future__ import annotations

from sandbox import Message, Sandbox
from tests.sandbox.web_api_client import post_response


async def test_a_response_replaces_or_deletes_the_original_message(slack: Sandbox) -> None:
    original = slack.workspace.post(Message("", "C0HEALTH", "U0BOT", "Press"))
    key = slack.workspace.triggers.new_response_url("U0ANNA", "C0HEALTH", original.ts)

    assert await post_response(slack, key, text="Pressed", replace_original=True) == 200
    assert [(m.text, m.ts) for m in slack.messages("C0HEALTH")] == [("Pressed", original.ts)]
    assert await post_response(slack, key, text="All", response_type="in_channel") == 200
    assert slack.messages("C0HEALTH")[1].ephemeral_to is None
    assert await post_response(slack, key) == 400
    assert await post_response(slack, key, delete_original=True) == 200
    assert [message.text for message in slack.messages("C0HEALTH")] == ["All"]
    slack.faults.add("response_url", "http_500")
    assert await post_response(slack, key, text="a") == 500
