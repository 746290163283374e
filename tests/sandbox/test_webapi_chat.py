"""Messages are posted, changed and read as in Slack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox import Message, Sandbox
from tests.sandbox.asking import BLOCKS, error_of, posted
from tests.times import NOON

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient


async def test_a_member_is_written_to_by_id_even_when_deactivated(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    answer = await client.chat_postMessage(channel="U0GONE", text="Still here", blocks=BLOCKS)

    assert answer["channel"] == "D0GONE"
    said = slack.messages("U0GONE")[0]
    assert (said.text, said.user, said.edited) == ("Still here", "U0BOT", False)
    assert said.blocks[0]["block_id"]
    assert slack.calls[-1].body["channel"] == "U0GONE"
    assert b"Still here" in slack.calls[-1].raw


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
async def test_where_the_app_is_not_it_cannot_write(
    client: AsyncWebClient, channel: str, error: str
) -> None:
    assert await error_of(client.chat_postMessage(channel=channel, text="Hello")) == error


async def test_a_message_needs_a_text_beside_its_blocks(slack: Sandbox) -> None:
    for wrong in ({}, {"blocks": BLOCKS}):
        assert (await posted(slack, "chat.postMessage", channel="C0HEALTH", **wrong))[
            "error"
        ] == "no_text"
    long = await posted(slack, "chat.postMessage", channel="C0HEALTH", text="a" * 40_001)
    assert long["error"] == "msg_too_long"


async def test_metadata_comes_back_when_asked_for(client: AsyncWebClient) -> None:
    metadata = {"event_type": "delivery", "event_payload": {"id": "7"}}
    await client.chat_postMessage(channel="C0HEALTH", text="Hello", metadata=metadata)

    plain = await client.conversations_history(channel="C0HEALTH")
    full = await client.conversations_history(channel="C0HEALTH", include_all_metadata=True)

    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata


async def test_the_app_changes_and_deletes_its_own_messages(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    ts = (await client.chat_postMessage(channel="C0HEALTH", text="One"))["ts"]

    await client.chat_update(channel="C0HEALTH", ts=ts, text="Two")
    assert [(m.text, m.edited) for m in slack.messages("C0HEALTH")] == [("Two", True)]

    await client.chat_delete(channel="C0HEALTH", ts=ts)
    assert slack.messages("C0HEALTH") == []
    assert await error_of(client.chat_delete(channel="C0HEALTH", ts=ts)) == "message_not_found"


async def test_an_ephemeral_message_is_for_one_member_of_the_channel(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    await client.chat_postEphemeral(channel="C0HEALTH", user="U0ANNA", text="Psst")

    assert slack.messages("C0HEALTH")[0].ephemeral_to == "U0ANNA"
    assert (await client.conversations_history(channel="C0HEALTH"))["messages"] == []
    stranger = client.chat_postEphemeral(channel="C0HEALTH", user="U0JAN", text="Psst")
    assert await error_of(stranger) == "user_not_in_channel"


async def test_other_peoples_messages_cannot_be_changed(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    said = slack.workspace.post(Message("", "C0HEALTH", "U0ANNA", "Mine"))

    update = client.chat_update(channel="C0HEALTH", ts=said.ts, text="a")
    assert await error_of(update) == "cant_update_message"
    assert (
        await error_of(client.chat_delete(channel="C0HEALTH", ts=said.ts)) == "cant_delete_message"
    )
    assert await error_of(client.chat_delete(channel="C0NONE", ts="1.0")) == "channel_not_found"


async def test_history_has_bounds_and_pages(client: AsyncWebClient) -> None:
    stamps = [(await client.chat_postMessage(channel="C0HEALTH", text=t))["ts"] for t in "abc"]

    async def texts(**bounds: Any) -> str:  # noqa: ANN401  (any argument)
        history = await client.conversations_history(channel="C0HEALTH", **bounds)
        return "".join(message["text"] for message in history["messages"])

    assert await texts(limit=2) == "cb"
    assert await texts(oldest=stamps[0]) == "cb"
    assert await texts(oldest=stamps[0], latest=stamps[1], inclusive=True) == "ba"
    for limit in (1000, "x"):
        call = client.conversations_history(channel="C0HEALTH", limit=limit)  # type: ignore[arg-type]  # on purpose
        assert await error_of(call) == "invalid_limit"
    outside = client.conversations_history(channel="C0OTHER")
    assert await error_of(outside) == "not_in_channel"


async def test_a_thread_and_an_edit_are_shown(slack: Sandbox, client: AsyncWebClient) -> None:
    first = (await client.chat_postMessage(channel="C0HEALTH", text="One"))["ts"]
    second = await client.chat_postMessage(channel="C0HEALTH", text="Two", thread_ts=first)

    changed = await client.chat_update(channel="C0HEALTH", ts=second["ts"], text="Three")

    assert second["message"]["thread_ts"] == first
    assert changed["message"]["edited"]["user"] == "U0BOT"
    assert (slack.messages("C0HEALTH")[0].at - NOON).total_seconds() < 60
