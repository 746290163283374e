"""Tests of opening, describing, joining and reading conversations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.sandbox.web_api_client import error_of

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from sandbox import Sandbox


async def test_a_dm_is_opened_with_an_active_member(client: AsyncWebClient) -> None:
    opened = await client.conversations_open(users="U0ANNA")
    assert opened["channel"]["id"] == "D0ANNA"
    opened = await client.conversations_open(users="U0ANNA", return_im=True)
    assert opened["channel"]["is_im"]
    assert await error_of(client.conversations_open(users="U0GONE")) == "user_disabled"
    assert await error_of(client.conversations_open(users="U0NONE")) == "user_not_found"
    assert await error_of(client.conversations_open(users="U0BOT")) == "cannot_dm_bot"


async def test_a_public_channel_is_described_and_joined(client: AsyncWebClient) -> None:
    info = await client.conversations_info(channel="C0HEALTH", include_num_members=True)
    assert (info["channel"]["is_member"], info["channel"]["num_members"]) == (True, 2)
    assert (await client.conversations_members(channel="C0HEALTH"))["members"] == [
        "U0ANNA",
        "U0BOT",
    ]
    assert (await client.conversations_join(channel="C0OTHER"))["channel"]["is_member"]
    assert await error_of(client.conversations_join(channel="C0OLD")) == "is_archived"
    again = await client.conversations_join(channel="C0HEALTH")
    assert again["warning"] == "already_in_channel"


async def test_dms_and_private_channels_are_described_to_an_app_with_the_scopes(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    scopes = (*slack.workspace.manifest.bot_scopes, "im:read", "groups:read")
    slack.workspace.manifest = replace(slack.workspace.manifest, bot_scopes=scopes)

    assert (await client.conversations_info(channel="D0ANNA"))["channel"]["user"] == "U0ANNA"
    members = await client.conversations_members(channel="D0ANNA")
    assert members["members"] == ["U0ANNA", "U0BOT"]
    await slack.invite("U0BOT", "C0SECRET")
    assert (await client.conversations_info(channel="C0SECRET"))["channel"]["is_group"]
    private = client.conversations_join(channel="C0SECRET")
    assert await error_of(private) == "method_not_supported_for_channel_type"


async def test_the_history_has_bounds_and_a_limit(client: AsyncWebClient) -> None:
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


async def test_metadata_is_in_the_history_on_request(client: AsyncWebClient) -> None:
    metadata = {"event_type": "delivery", "event_payload": {"id": "7"}}
    await client.chat_postMessage(channel="C0HEALTH", text="Hello", metadata=metadata)

    plain = await client.conversations_history(channel="C0HEALTH")
    full = await client.conversations_history(channel="C0HEALTH", include_all_metadata=True)

    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata
