"""Tests of the actions of the sandbox's web page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sandbox.page.page_client import act, load_state

if TYPE_CHECKING:
    import aiohttp

    from sandbox import Sandbox

WHAT = {"what": {"what": {"type": "plain_text_input", "value": "hello"}}}


async def test_a_modal_is_opened_filled_in_and_submitted(
    slack: Sandbox, page: aiohttp.ClientSession
) -> None:
    await act(page, act="command", command="/ask", text="", channel="C0HEALTH")
    await slack.until(lambda: slack.view("U0ANNA"))
    view = (await load_state(page, "U0ANNA"))["views"][0]

    empty = await act(page, act="submit", view_id=view["id"], values={})
    assert (empty["ok"], set(empty["errors"])) == (False, {"what"})
    assert (await load_state(page, "U0ANNA"))["errors"].keys() == {"what"}

    done = await act(page, act="submit", view_id=view["id"], values=WHAT)
    assert done["ok"]
    assert (await load_state(page, "U0ANNA"))["views"] == []


async def test_suggestions_are_loaded_and_a_button_is_pressed(
    slack: Sandbox, page: aiohttp.ClientSession
) -> None:
    await act(page, act="shortcut", callback_id="ask")
    await slack.until(lambda: slack.view("U0ANNA"))
    view = (await load_state(page, "U0ANNA"))["views"][0]
    container = {"type": "view", "view_id": view["id"]}

    city = {"container": container, "block_id": "city", "action_id": "city"}
    found = await act(page, act="suggest", text="aal", **city)
    assert found["options"][0]["value"] == "aalberg"

    button = {"container": container, "block_id": "buttons", "action_id": "swap"}
    pressed = await act(page, act="click", action={"type": "button"}, values=WHAT, **button)
    assert pressed["ok"]
    await slack.until(lambda: (slack.view("U0ANNA") or {})["hash"] != view["hash"])
    after = (await load_state(page, "U0ANNA"))["views"][0]
    assert after["state"]["values"]["what"]["what"]["value"] == "hello"

    assert (await act(page, act="close", view_id=view["id"], clear=True))["ok"]


async def test_the_home_tab_messages_the_clock_members_and_faults_have_actions(
    slack: Sandbox, page: aiohttp.ClientSession
) -> None:
    before = slack.clock.now()

    assert (await act(page, act="home"))["ok"]
    assert (await act(page, act="say", channel="D0ANNA", text="Hello"))["ok"]
    assert (await act(page, act="clock", advance_seconds=3600))["ok"]
    assert (await act(page, act="member", id="U0JAN", changes={"deleted": True}))["ok"]
    assert (await act(page, act="fault", method="views.open", kind="http_500", times=1))["ok"]

    assert (slack.clock.now() - before).total_seconds() >= 3600
    assert slack.workspace.member("U0JAN").deleted
    assert slack.messages("U0ANNA")[0].text == "Hello"


async def test_the_response_explains_an_action_that_is_not_possible(
    page: aiohttp.ClientSession,
) -> None:
    assert not (await act(page, act="submit", view_id="V1", values={}))["ok"]
    assert "fly" in (await act(page, act="fly"))["error"]
    gone = {"type": "message", "channel": "C0HEALTH", "ts": "1.0"}
    assert not (await act(page, act="click", container=gone, block_id="b", action_id="a"))["ok"]
    other = {"type": "view", "view_id": "V1"}
    assert not (await act(page, act="click", container=other, block_id="b", action_id="a"))["ok"]
