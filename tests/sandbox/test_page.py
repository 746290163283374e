"""The page's JSON shows what a member sees and does what a member does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from tests.sandbox.counterpart import serve_http

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_sdk.web.async_client import AsyncWebClient

    from sandbox import Sandbox

Json = dict[str, Any]
WHAT = {"what": {"what": {"type": "plain_text_input", "value": "hello"}}}


@pytest.fixture
async def page(slack: Sandbox) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser, more or less; the app answers by HTTP."""
    async for _seen in serve_http(slack):
        async with aiohttp.ClientSession(slack.page_url) as session:
            yield session


async def test_the_state_is_what_a_member_sees(
    slack: Sandbox, client: AsyncWebClient, page: aiohttp.ClientSession
) -> None:
    await client.chat_postMessage(channel="U0ANNA", text="For Anna")
    await client.chat_postEphemeral(channel="C0HEALTH", user="U0ANNA", text="Psst")

    anna, jan = await _state(page, "U0ANNA"), await _state(page, "U0JAN")

    assert [message["text"] for message in anna["messages"]["D0ANNA"]] == ["For Anna"]
    assert anna["messages"]["C0HEALTH"][0]["ephemeral"]
    assert jan["messages"]["C0HEALTH"] == []
    assert "D0ANNA" not in jan["messages"]
    assert {channel["id"] for channel in anna["channels"]} == {"C0HEALTH", "C0OTHER", "C0OLD"}
    assert {command["command"] for command in anna["app"]["commands"]} >= {"/ask"}
    assert anna["app"]["shortcuts"][0]["callback_id"] == "ask"
    assert anna["now"].endswith("Z")
    assert anna["version"] == slack.workspace.changes.version


async def test_a_modal_is_opened_filled_in_and_submitted(
    slack: Sandbox, page: aiohttp.ClientSession
) -> None:
    await _act(page, act="command", command="/ask", text="", channel="C0HEALTH")
    await slack.until(lambda: slack.view("U0ANNA"))
    view = (await _state(page, "U0ANNA"))["views"][0]

    empty = await _act(page, act="submit", view_id=view["id"], values={})
    assert (empty["ok"], set(empty["errors"])) == (False, {"what"})
    assert (await _state(page, "U0ANNA"))["errors"].keys() == {"what"}

    done = await _act(page, act="submit", view_id=view["id"], values=WHAT)
    assert done["ok"]
    assert (await _state(page, "U0ANNA"))["views"] == []


async def test_a_menu_is_searched_and_a_button_pressed(
    slack: Sandbox, page: aiohttp.ClientSession
) -> None:
    await _act(page, act="shortcut", callback_id="ask")
    await slack.until(lambda: slack.view("U0ANNA"))
    view = (await _state(page, "U0ANNA"))["views"][0]
    container = {"type": "view", "view_id": view["id"]}

    city = {"container": container, "block_id": "city", "action_id": "city"}
    found = await _act(page, act="suggest", text="aal", **city)
    assert found["options"][0]["value"] == "aalberg"

    button = {"container": container, "block_id": "buttons", "action_id": "swap"}
    pressed = await _act(page, act="click", action={"type": "button"}, values=WHAT, **button)
    assert pressed["ok"]
    await slack.until(lambda: (slack.view("U0ANNA") or {})["hash"] != view["hash"])
    after = (await _state(page, "U0ANNA"))["views"][0]
    assert after["state"]["values"]["what"]["what"]["value"] == "hello"

    assert (await _act(page, act="close", view_id=view["id"], clear=True))["ok"]


async def test_home_words_clock_members_and_faults(
    slack: Sandbox, page: aiohttp.ClientSession
) -> None:
    before = slack.clock.now()

    assert (await _act(page, act="home"))["ok"]
    assert (await _act(page, act="say", channel="D0ANNA", text="Hello"))["ok"]
    assert (await _act(page, act="clock", advance_seconds=3600))["ok"]
    assert (await _act(page, act="member", id="U0JAN", changes={"deleted": True}))["ok"]
    assert (await _act(page, act="fault", method="views.open", kind="http_500", times=1))["ok"]

    assert (slack.clock.now() - before).total_seconds() >= 3600
    assert slack.workspace.member("U0JAN").deleted
    assert slack.messages("U0ANNA")[0].text == "Hello"


async def test_what_cannot_be_done_is_said(page: aiohttp.ClientSession) -> None:
    assert not (await _act(page, act="submit", view_id="V1", values={}))["ok"]
    assert "fly" in (await _act(page, act="fly"))["error"]
    gone = {"type": "message", "channel": "C0HEALTH", "ts": "1.0"}
    assert not (await _act(page, act="click", container=gone, block_id="b", action_id="a"))["ok"]
    other = {"type": "view", "view_id": "V1"}
    assert not (await _act(page, act="click", container=other, block_id="b", action_id="a"))["ok"]
    async with page.get("/page/state", params={"member": "U0NOBODY"}) as response:
        assert response.status == 404


async def test_changes_are_waited_for(slack: Sandbox, page: aiohttp.ClientSession) -> None:
    since = slack.workspace.changes.version
    waiting = asyncio.create_task(_changes(page, since))
    await asyncio.sleep(0.05)
    assert not waiting.done()

    slack.workspace.show_notice("U0ANNA", "something")

    assert await waiting == since + 1


async def test_only_the_pages_own_files_are_served(page: aiohttp.ClientSession) -> None:
    async with page.get("/index.html") as response:
        assert response.status == 200
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    for wrong in ("/nothing.js", "/..%2Fslack.py", "/secret"):
        async with page.get(wrong) as response:
            assert response.status == 404


async def _state(page: aiohttp.ClientSession, member: str) -> Json:
    async with page.get("/page/state", params={"member": member}) as response:
        state: Json = await response.json()
        return state


async def _act(page: aiohttp.ClientSession, **wish: Any) -> Json:  # noqa: ANN401  (any JSON value)
    async with page.post("/page/act", json={"member": "U0ANNA", **wish}) as response:
        answer: Json = await response.json()
        return answer


async def _changes(page: aiohttp.ClientSession, since: int) -> int:
    async with page.get("/page/changes", params={"since": str(since)}) as response:
        return int((await response.json())["version"])
