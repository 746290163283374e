"""Tests of pressing buttons and choosing from menus."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox import NotFoundError, Sandbox
from tests.sandbox.builders import option, plain_text

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from sandbox.json_types import Json


async def test_a_pressed_button_is_sent_with_its_message_and_a_response_url(
    slack: Sandbox, client: AsyncWebClient, received: list[Json]
) -> None:
    await client.chat_postMessage(channel="C0HEALTH", text="Press", blocks=[_buttons("a", "b")])

    answer = await slack.click("U0ANNA", "pressed", value="b")

    assert answer.ok
    payload = received[-1]
    assert payload["container"]["message_ts"] == slack.messages("C0HEALTH")[0].ts
    assert payload["actions"][0]["value"] == "b"
    assert payload["response_url"].startswith(slack.page_url)


async def test_a_button_that_the_member_does_not_see_cannot_be_pressed(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel="C0HEALTH", text="Press", blocks=[_buttons("a")])

    with pytest.raises(NotFoundError):
        await slack.click("U0JAN", "pressed")


async def test_the_payload_of_an_ephemeral_message_leaves_the_message_out(
    slack: Sandbox, client: AsyncWebClient, received: list[Json]
) -> None:
    blocks = [_buttons("a")]
    await client.chat_postEphemeral(channel="C0HEALTH", user="U0ANNA", text="Press", blocks=blocks)

    assert (await slack.click("U0ANNA", "pressed", "C0HEALTH")).ok

    assert received[-1]["container"]["is_ephemeral"]
    assert "message" not in received[-1]


async def test_a_choice_in_an_overflow_menu_of_the_home_tab_is_sent(
    slack: Sandbox, client: AsyncWebClient, received: list[Json]
) -> None:
    menu = {"type": "overflow", "action_id": "pressed", "options": [option("one"), option("two")]}
    section = {"type": "section", "text": plain_text("Menu"), "accessory": menu}
    await client.views_publish(user_id="U0ANNA", view={"type": "home", "blocks": [section]})

    assert (await slack.click("U0ANNA", "pressed", "home", value="two")).ok

    assert received[-1]["actions"][0]["selected_option"]["value"] == "two"
    assert received[-1]["container"]["type"] == "view"


async def test_a_choice_in_a_menu_of_a_message_is_part_of_the_state(
    slack: Sandbox, client: AsyncWebClient, received: list[Json]
) -> None:
    menu = {"type": "static_select", "action_id": "pressed", "options": [option("one")]}
    block = {"type": "actions", "block_id": "menus", "elements": [menu]}
    ts = (await client.chat_postMessage(channel="U0ANNA", text="Choose", blocks=[block]))["ts"]

    assert (await slack.click("U0ANNA", "pressed", ts, value="one")).ok

    chosen = received[-1]["state"]["values"]["menus"]["pressed"]["selected_option"]
    assert chosen["value"] == "one"
    assert received[-1]["channel"]["name"] == "directmessage"


async def test_an_option_that_the_menu_does_not_have_cannot_be_chosen(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    menu = {"type": "overflow", "action_id": "pressed", "options": [option("one")]}
    block = {"type": "actions", "elements": [menu]}
    await client.chat_postMessage(channel="U0ANNA", text="Choose", blocks=[block])

    with pytest.raises(NotFoundError):
        await slack.click("U0ANNA", "pressed", value="two")


def _buttons(*values: str) -> Json:
    elements = [
        {"type": "button", "action_id": "pressed", "text": plain_text(value), "value": value}
        for value in values
    ]
    if len(elements) == 1:
        return {"type": "actions", "elements": elements}
    other = {**elements[0], "action_id": "other"}
    return {"type": "actions", "elements": [other, elements[1]]}
