"""Tests that the page's state contains only what the member sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sandbox.page.page_client import load_state

if TYPE_CHECKING:
    import aiohttp
    from slack_sdk.web.async_client import AsyncWebClient

    from sandbox import Sandbox


async def test_the_state_contains_only_what_the_member_sees(
    slack: Sandbox, client: AsyncWebClient, page: aiohttp.ClientSession
) -> None:
    await client.chat_postMessage(channel="U0ANNA", text="For Anna")
    await client.chat_postEphemeral(channel="C0HEALTH", user="U0ANNA", text="Psst")

    anna, jan = await load_state(page, "U0ANNA"), await load_state(page, "U0JAN")

    assert [message["text"] for message in anna["messages"]["D0ANNA"]] == ["For Anna"]
    assert anna["messages"]["C0HEALTH"][0]["ephemeral"]
    assert jan["messages"]["C0HEALTH"] == []
    assert "D0ANNA" not in jan["messages"]
    assert {channel["id"] for channel in anna["channels"]} == {"C0HEALTH", "C0OTHER", "C0OLD"}
    assert {command["command"] for command in anna["app"]["commands"]} >= {"/ask"}
    assert anna["app"]["shortcuts"][0]["callback_id"] == "ask"
    assert anna["now"].endswith("Z")
    assert anna["version"] == slack.workspace.changes.version
