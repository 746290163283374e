"""What people do outside modals: buttons, the Home tab, messages, coming and going."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sandbox import Member, NotFoundError, Sandbox
from tests.sandbox.counterpart import option, plain, serve_http

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_sdk.web.async_client import AsyncWebClient

Seen = list[dict[str, Any]]


@pytest.fixture
async def seen(slack: Sandbox) -> AsyncIterator[Seen]:
    """What the app was given, by HTTP."""
    async for payloads in serve_http(slack):
        yield payloads


async def test_a_button_in_a_message_is_pressed(
    slack: Sandbox, client: AsyncWebClient, seen: Seen
) -> None:
    await client.chat_postMessage(channel="C0HEALTH", text="Press", blocks=[_buttons("a", "b")])

    answer = await slack.click("U0ANNA", "pressed", value="b")

    assert answer.ok
    payload = seen[-1]
    assert payload["container"]["message_ts"] == slack.messages("C0HEALTH")[0].ts
    assert payload["actions"][0]["value"] == "b"
    assert payload["response_url"].startswith(slack.page_url)


async def test_a_button_nobody_sees_cannot_be_pressed(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel="C0HEALTH", text="Press", blocks=[_buttons("a")])

    with pytest.raises(NotFoundError):
        await slack.click("U0JAN", "pressed")


async def test_an_ephemeral_button_keeps_its_message_to_itself(
    slack: Sandbox, client: AsyncWebClient, seen: Seen
) -> None:
    blocks = [_buttons("a")]
    await client.chat_postEphemeral(channel="C0HEALTH", user="U0ANNA", text="Press", blocks=blocks)

    assert (await slack.click("U0ANNA", "pressed", "C0HEALTH")).ok

    assert seen[-1]["container"]["is_ephemeral"]
    assert "message" not in seen[-1]


async def test_a_menu_on_the_home_tab_tells_the_app_at_once(
    slack: Sandbox, client: AsyncWebClient, seen: Seen
) -> None:
    menu = {"type": "overflow", "action_id": "pressed", "options": [option("one"), option("two")]}
    section = {"type": "section", "text": plain("Menu"), "accessory": menu}
    await client.views_publish(user_id="U0ANNA", view={"type": "home", "blocks": [section]})

    assert (await slack.click("U0ANNA", "pressed", "home", value="two")).ok

    assert seen[-1]["actions"][0]["selected_option"]["value"] == "two"
    assert seen[-1]["container"]["type"] == "view"


async def test_opening_the_home_tab_is_an_event(slack: Sandbox, seen: Seen) -> None:
    assert (await slack.open_home("U0ANNA")).ok

    event = seen[-1]["event"]
    assert (event["type"], event["tab"], event["channel"]) == ("app_home_opened", "home", "D0ANNA")
    assert "view" not in event


async def test_a_direct_message_is_heard_and_a_channel_is_not(slack: Sandbox, seen: Seen) -> None:
    await slack.say("U0ANNA", "C0HEALTH", "unheard")
    await slack.say("U0ANNA", "U0ANNA", "heard")

    assert [payload["event"]["text"] for payload in seen] == ["heard"]
    assert [message.text for message in slack.messages("U0ANNA")] == ["heard"]
    with pytest.raises(NotFoundError):
        await slack.say("U0JAN", "C0HEALTH", "not a member")


async def test_changes_of_members_are_events(slack: Sandbox, seen: Seen) -> None:
    await slack.deactivate("U0JAN")
    await slack.join(Member("U0NEW", "new", "Nina New"))
    await slack.update_member("U0NEW", real_name="Nina Older")

    events = [payload["event"] for payload in seen]
    assert [event["type"] for event in events] == ["user_change", "team_join", "user_change"]
    assert events[0]["user"]["deleted"]
    assert events[2]["user"]["profile"]["last_name"] == "Older"


async def test_coming_into_a_channel_is_an_event(slack: Sandbox, seen: Seen) -> None:
    await slack.invite("U0BOT", "C0OTHER")

    assert seen[-1]["event"]["type"] == "member_joined_channel"
    assert slack.workspace.channels["C0OTHER"].bot_in
    await slack.invite("U0JAN", "C0OTHER")
    assert "U0JAN" in slack.workspace.channels["C0OTHER"].members


async def test_an_event_the_app_did_not_ask_for_is_not_sent(slack: Sandbox, seen: Seen) -> None:
    answer = await slack.event({"type": "reaction_added"})

    assert (answer.status, seen) == (0, [])


async def test_a_failed_event_comes_again_at_once_after_a_minute_and_after_five(
    slack: Sandbox, seen: Seen
) -> None:
    first = await slack.invite("U0BOT", "C0OTHER")
    assert (first.ok, first.status) == (False, 404)  # the app has no listener for it

    await slack.until(lambda: len(seen) == 2)
    for minutes, attempts in ((1, 3), (5, 4)):
        slack.advance(timedelta(minutes=minutes))
        await slack.until(lambda attempts=attempts: len(seen) == attempts)  # type: ignore[misc]

    assert len({payload["event_id"] for payload in seen}) == 1


async def test_waiting_in_vain_says_what_was_seen(slack: Sandbox, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="C0HEALTH", text="Hello")

    with pytest.raises(AssertionError, match=r"chat\.postMessage ok"):
        await slack.until(lambda: slack.mails, seconds=0.05)


async def test_without_an_app_every_act_fails(slack: Sandbox) -> None:
    assert (await slack.command("U0ANNA", "/ask")).error == "dispatch_failed"
    slack.request_url = "http://127.0.0.1:9/"
    assert (await slack.command("U0ANNA", "/ask")).error == "dispatch_failed"


async def test_an_unknown_shortcut_reaches_nobody(slack: Sandbox) -> None:
    assert (await slack.shortcut("U0ANNA", "nothing")).error == "unknown_shortcut"


def _buttons(*values: str) -> dict[str, Any]:
    elements = [
        {"type": "button", "action_id": "pressed", "text": plain(value), "value": value}
        for value in values
    ]
    if len(elements) == 1:
        return {"type": "actions", "elements": elements}
    other = {**elements[0], "action_id": "other"}
    return {"type": "actions", "elements": [other, elements[1]]}


async def test_an_overflow_menu_in_a_message_is_chosen_from(
    slack: Sandbox, client: AsyncWebClient, seen: Seen
) -> None:
    menu = {"type": "static_select", "action_id": "pressed", "options": [option("one")]}
    block = {"type": "actions", "block_id": "menus", "elements": [menu]}
    ts = (await client.chat_postMessage(channel="U0ANNA", text="Choose", blocks=[block]))["ts"]

    assert (await slack.click("U0ANNA", "pressed", ts, value="one")).ok

    chosen = seen[-1]["state"]["values"]["menus"]["pressed"]["selected_option"]
    assert chosen["value"] == "one"
    assert seen[-1]["channel"]["name"] == "directmessage"


async def test_an_option_the_menu_does_not_have_cannot_be_chosen(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    menu = {"type": "overflow", "action_id": "pressed", "options": [option("one")]}
    block = {"type": "actions", "elements": [menu]}
    await client.chat_postMessage(channel="U0ANNA", text="Choose", blocks=[block])

    with pytest.raises(NotFoundError):
        await slack.click("U0ANNA", "pressed", value="two")


async def test_the_app_is_told_when_it_is_mentioned(slack: Sandbox, seen: Seen) -> None:
    heard = {*slack.workspace.manifest.events, "app_mention"}
    scopes = (*slack.workspace.manifest.bot_scopes, "app_mentions:read")
    slack.workspace.manifest = replace(
        slack.workspace.manifest, events=frozenset(heard), bot_scopes=scopes
    )

    await slack.say("U0ANNA", "C0HEALTH", "<@U0BOT> hello")

    assert seen[0]["event"]["type"] == "app_mention"


async def test_nobody_can_fill_in_what_is_not_open(slack: Sandbox) -> None:
    with pytest.raises(NotFoundError, match="no modal"):
        await slack.fill("U0ANNA", {"what": "typed"})
