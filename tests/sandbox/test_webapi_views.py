"""Modals and Home tabs are opened, laid over each other and changed as in Slack."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.sandbox.asking import BLOCKS, error_of, plain_modal, posted
from tests.sandbox.counterpart import modal, text_input

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from sandbox import Sandbox

HOME: dict[str, Any] = {"type": "home", "blocks": [{"type": "divider"}]}


async def test_a_trigger_lives_three_seconds_and_opens_one_modal(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    trigger = slack.workspace.triggers.new_trigger("U0ANNA")
    late = slack.workspace.triggers.new_trigger("U0ANNA")

    assert (await client.views_open(trigger_id=trigger, view=plain_modal()))["view"]["id"]
    used = client.views_open(trigger_id=trigger, view=plain_modal())
    assert await error_of(used) == "exchanged_trigger_id"
    slack.advance(timedelta(seconds=4))
    assert (
        await error_of(client.views_open(trigger_id=late, view=plain_modal()))
        == "expired_trigger_id"
    )
    unknown = client.views_open(trigger_id="1.2.3", view=plain_modal())
    assert await error_of(unknown) == "invalid_trigger_id"


async def test_a_view_is_updated_by_id_and_hash(slack: Sandbox, client: AsyncWebClient) -> None:
    trigger = slack.workspace.triggers.new_trigger("U0ANNA")
    view = (await client.views_open(trigger_id=trigger, view=plain_modal()))["view"]

    await client.views_update(view_id=view["id"], hash=view["hash"], view=plain_modal())

    stale = client.views_update(view_id=view["id"], hash=view["hash"], view=plain_modal())
    assert await error_of(stale) == "hash_conflict"
    assert await error_of(client.views_update(view_id="V1", view=plain_modal())) == "view_not_found"
    await slack.close("U0ANNA")
    assert (
        await error_of(client.views_update(view_id=view["id"], view=plain_modal())) == "not_found"
    )


async def test_an_unsound_view_is_refused_with_its_places(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    trigger = slack.workspace.triggers.new_trigger("U0ANNA")
    view = plain_modal() | {"title": {"type": "plain_text", "text": "a" * 25}}

    with pytest.raises(SlackApiError) as caught:
        await client.views_open(trigger_id=trigger, view=view)

    assert caught.value.response["error"] == "invalid_arguments"
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]


async def test_a_home_tab_is_published(slack: Sandbox, client: AsyncWebClient) -> None:
    await client.views_publish(user_id="U0ANNA", view={"type": "home", "blocks": BLOCKS})

    home = slack.home("U0ANNA")
    assert home
    assert home["blocks"][0]["text"]["text"] == "Hello"
    wrong = client.views_publish(user_id="U0NONE", view={"type": "home", "blocks": []})
    assert await error_of(wrong) == "invalid_arguments"


async def test_three_modals_lie_on_each_other_at_most(
    slack: Sandbox, client: AsyncWebClient
) -> None:
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


async def test_closing_tells_of_every_modal_that_goes(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    view = modal(text_input("a"), notify_on_close=True, clear_on_close=True)
    trigger = slack.workspace.triggers.new_trigger("U0ANNA")
    await client.views_open(trigger_id=trigger, view=view)

    answer = await slack.close("U0ANNA")

    assert answer
    assert answer.error == "dispatch_failed"
    assert slack.views("U0ANNA") == []


async def test_a_huge_view_is_refused(slack: Sandbox, client: AsyncWebClient) -> None:
    trigger = slack.workspace.triggers.new_trigger("U0ANNA")
    text = {"type": "mrkdwn", "text": "a" * 3000}
    view = modal(*({"type": "section", "text": text} for _ in range(90)))

    assert await error_of(client.views_open(trigger_id=trigger, view=view)) == "view_too_large"


async def test_a_home_tab_changes_in_place_and_by_hash(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    first = (await client.views_publish(user_id="U0ANNA", view=HOME))["view"]
    second = (await client.views_publish(user_id="U0ANNA", view=HOME, hash=first["hash"]))["view"]

    assert first["id"] == second["id"]
    stale = client.views_publish(user_id="U0ANNA", view=HOME, hash=first["hash"])
    assert await error_of(stale) == "hash_conflict"
    slack.workspace.manifest = replace(slack.workspace.manifest, has_home=False)
    assert await error_of(client.views_publish(user_id="U0ANNA", view=HOME)) == "not_enabled"


async def test_a_view_that_is_no_object_is_refused(slack: Sandbox) -> None:
    for view, word in (("{not json", "object"), ("[]", "object"), (None, "object")):
        answer = await posted(slack, "views.publish", user_id="U0ANNA", view=view)
        assert word in answer["response_metadata"]["messages"][0]
    wrong = await posted(slack, "views.publish", user_id="U0ANNA", view={"type": "modal"})
    assert "must be home" in wrong["response_metadata"]["messages"][0]
