"""Tests of posting, updating and deleting messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from slack_sdk.errors import SlackApiError

from sandbox import Message, Sandbox
from tests.sandbox.builders import BLOCKS
from tests.sandbox.web_api_client import call_method, error_of
from tests.times import NOON

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient


async def test_a_message_to_a_member_id_arrives_in_the_dm_even_of_a_deactivated_member(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    answer = await client.chat_postMessage(channel="U0GONE", text="Still here", blocks=BLOCKS)

    assert answer["channel"] == "D0GONE"
    message = slack.messages("U0GONE")[0]
    assert (message.text, message.user, message.edited) == ("Still here", "U0BOT", False)
    assert message.blocks[0]["block_id"]
    assert slack.calls[-1].body["channel"] == "U0GONE"
    assert b"Still here" in slack.calls[-1].raw


async def test_invalid_blocks_are_refused_with_the_place_of_the_problem(
    client: AsyncWebClient,
) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "a" * 3001}}]

    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="C0HEALTH", text="Hello", blocks=blocks)

    assert caught.value.response["error"] == "invalid_blocks"
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


async def test_a_message_needs_a_text_beside_its_blocks(slack: Sandbox) -> None:
    for wrong in ({}, {"blocks": BLOCKS}):
        assert (await call_method(slack, "chat.postMessage", channel="C0HEALTH", **wrong))[
            "error"
        ] == "no_text"
    long = await call_method(slack, "chat.postMessage", channel="C0HEALTH", text="a" * 40_001)
    assert long["error"] == "msg_too_long"


async def test_the_app_updates_and_deletes_its_own_messages(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    ts = (await client.chat_postMessage(channel="C0HEALTH", text="One"))["ts"]

    await client.chat_update(channel="C0HEALTH", ts=ts, text="Two")
    assert [(m.text, m.edited) for m in slack.messages("C0HEALTH")] == [("Two", True)]

    await client.chat_delete(channel="C0HEALTH", ts=ts)
    assert slack.messages("C0HEALTH") == []
    assert await error_of(client.chat_delete(channel="C0HEALTH", ts=ts)) == "message_not_found"


async def test_messages_of_members_cannot_be_updated_or_deleted(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    posted = slack.workspace.post(Message("", "C0HEALTH", "U0ANNA", "Mine"))

    update = client.chat_update(channel="C0HEALTH", ts=posted.ts, text="a")
    assert await error_of(update) == "cant_update_message"
    assert (
        await error_of(client.chat_delete(channel="C0HEALTH", ts=posted.ts))
        == "cant_delete_message"
    )
    assert await error_of(client.chat_delete(channel="C0NONE", ts="1.0")) == "channel_not_found"


async def test_an_ephemeral_message_is_for_one_member_of_the_conversation(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    await client.chat_postEphemeral(channel="C0HEALTH", user="U0ANNA", text="Psst")

    assert slack.messages("C0HEALTH")[0].ephemeral_to == "U0ANNA"
    assert (await client.conversations_history(channel="C0HEALTH"))["messages"] == []
    stranger = client.chat_postEphemeral(channel="C0HEALTH", user="U0JAN", text="Psst")
    assert await error_of(stranger) == "user_not_in_channel"
    outside = client.chat_postEphemeral(channel="U0ANNA", user="U0JAN", text="Hello")
    assert await error_of(outside) == "user_not_in_channel"


async def test_a_thread_and_an_edit_are_in_the_message_object(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    first = (await client.chat_postMessage(channel="C0HEALTH", text="One"))["ts"]
    second = await client.chat_postMessage(channel="C0HEALTH", text="Two", thread_ts=first)

    changed = await client.chat_update(channel="C0HEALTH", ts=second["ts"], text="Three")

    assert second["message"]["thread_ts"] == first
    assert changed["message"]["edited"]["user"] == "U0BOT"
    assert (slack.messages("C0HEALTH")[0].at - NOON).total_seconds() < 60
