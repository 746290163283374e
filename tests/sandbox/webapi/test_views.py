"""Tests of opening, stacking and updating modals and Home tabs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from slack_sdk.errors import SlackApiError

from tests.sandbox.builders import BLOCKS, modal, plain_text, simple_modal, text_input
from tests.sandbox.web_api_client import call_method, error_of

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from sandbox import Sandbox
    from sandbox.json_types import Json

HOME: Json = {"type": "home", "blocks": [{"type": "divider"}]}


async def test_a_trigger_id_is_valid_once_and_for_three_seconds(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    trigger = slack.workspace.triggers.new_trigger("U0ANNA")
    late = slack.workspace.triggers.new_trigger("U0ANNA")

    assert (await client.views_open(trigger_id=trigger, view=simple_modal()))["view"]["id"]
    used = client.views_open(trigger_id=trigger, view=simple_modal())
    assert await error_of(used) == "exchanged_trigger_id"
    slack.advance(timedelta(seconds=4))
    assert (
        await error_of(client.views_open(trigger_id=late, view=simple_modal()))
        == "expired_trigger_id"
    )
    unknown = client.views_open(trigger_id="1.2.3", view=simple_modal())
    assert await error_of(unknown) == "invalid_trigger_id"


async def test_a_modal_is_updated_by_id_and_hash(slack: Sandbox, client: AsyncWebClient) -> None:
    trigger = slack.workspace.triggers.new_trigger("U0ANNA")
    view = (await client.views_open(trigger_id=trigger, view=simple_modal()))["view"]

    await client.views_update(view_id=view["id"], hash=view["hash"], view=simple_modal())

    stale = client.views_update(view_id=view["id"], hash=view["hash"], view=simple_modal())
    assert await error_of(stale) == "hash_conflict"
    assert (
        await error_of(client.views_update(view_id="V1", view=simple_modal())) == "view_not_found"
    )
    await slack.close("U0ANNA")
    assert (
        await error_of(client.views_update(view_id=view["id"], view=simple_modal())) == "not_found"
    )


async def test_a_stack_has_at_most_three_modals(slack: Sandbox, client: AsyncWebClient) -> None:
    trigger = slack.workspace.triggers.new_trigger("U0ANNA")
    view = (await client.views_open(trigger_id=trigger, view=modal(text_input("a"))))["view"]
    for _ in range(2):
        again = slack.workspace.triggers.new_trigger("U0ANNA", view["id"])
        await client.views_push(trigger_id=again, view=modal(text_input("b")))

    again = slack.workspace.triggers.new_trigger("U0ANNA", view["id"])
    full = client.views_push(trigger_id=again, view=modal(text_input("c")))

    assert await error_of(full) == "push_limit_reached"
    stack = slack.views("U0ANNA")
    assert {one["root_view_id"] for one in stack} == {view["id"]}
    assert stack[2]["previous_view_id"] == stack[1]["id"]
    elsewhere = slack.workspace.triggers.new_trigger("U0ANNA")
    stray = client.views_push(trigger_id=elsewhere, view=modal(text_input("d")))
    assert await error_of(stray) == "invalid_trigger_id"


async def test_a_home_tab_is_published(slack: Sandbox, client: AsyncWebClient) -> None:
    await client.views_publish(user_id="U0ANNA", view={"type": "home", "blocks": BLOCKS})

    home = slack.home("U0ANNA")
    assert home
    assert home["blocks"][0]["text"]["text"] == "Hello"
    wrong = client.views_publish(user_id="U0NONE", view={"type": "home", "blocks": []})
    assert await error_of(wrong) == "invalid_arguments"


async def test_a_home_tab_keeps_its_id_and_is_updated_by_hash(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    first = (await client.views_publish(user_id="U0ANNA", view=HOME))["view"]
    second = (await client.views_publish(user_id="U0ANNA", view=HOME, hash=first["hash"]))["view"]

    assert first["id"] == second["id"]
    stale = client.views_publish(user_id="U0ANNA", view=HOME, hash=first["hash"])
    assert await error_of(stale) == "hash_conflict"
    slack.workspace.manifest = replace(slack.workspace.manifest, has_home=False)
    assert await error_of(client.views_publish(user_id="U0ANNA", view=HOME)) == "not_enabled"


async def test_an_invalid_view_is_refused_with_the_place_of_the_problem(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    trigger = slack.workspace.triggers.new_trigger("U0ANNA")
    view = simple_modal() | {"title": {"type": "plain_text", "text": "a" * 25}}

    with pytest.raises(SlackApiError) as caught:
        await client.views_open(trigger_id=trigger, view=view)

    assert caught.value.response["error"] == "invalid_arguments"
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]


async def test_a_view_that_is_not_an_object_of_the_right_type_is_refused(slack: Sandbox) -> None:
    for view, word in (("{not json", "object"), ("[]", "object"), (None, "object")):
        answer = await call_method(slack, "views.publish", user_id="U0ANNA", view=view)
        assert word in answer["response_metadata"]["messages"][0]
    wrong = await call_method(slack, "views.publish", user_id="U0ANNA", view={"type": "modal"})
    assert "must be home" in wrong["response_metadata"]["messages"][0]


async def test_a_view_above_the_size_limit_is_refused(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    trigger = slack.workspace.triggers.new_trigger("U0ANNA")
    text = {"type": "mrkdwn", "text": "a" * 3000}
    view = modal(*({"type": "section", "text": text} for _ in range(90)))

    assert await error_of(client.views_open(trigger_id=trigger, view=view)) == "view_too_large"


async def test_a_view_with_a_file_input_needs_the_scope_to_read_files(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    element = {"type": "file_input", "action_id": "e", "max_files": 1, "filetypes": ["csv"]}
    block = {"type": "input", "block_id": "b", "label": plain_text("Label"), "element": element}
    trigger = slack.workspace.triggers.new_trigger

    opened = await client.views_open(trigger_id=trigger("U0ANNA"), view=modal(block))
    assert opened["ok"]
    empty = {"b": {"e": {"type": "file_input", "files": []}}}
    assert slack.views("U0ANNA")[0]["state"]["values"] == empty

    slack.workspace.manifest = replace(slack.workspace.manifest, bot_scopes=("chat:write",))
    again = client.views_open(trigger_id=trigger("U0ANNA"), view=modal(block))
    assert await error_of(again) == "missing_scope"
