"""Tests of filling in, submitting and closing modals, by HTTP and Socket Mode."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from sandbox import NotFoundError, Sandbox
from tests.sandbox.builders import modal, text_input

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient


async def test_an_empty_response_to_a_submission_closes_the_modal(slack_with_app: Sandbox) -> None:
    assert (await slack_with_app.command("U0ANNA", "/ask", "now")).ok
    await slack_with_app.until(lambda: slack_with_app.view("U0ANNA"))
    await slack_with_app.fill("U0ANNA", {"what": "hello", "colour": "red"})

    answer = await slack_with_app.submit("U0ANNA")

    assert (answer.ok, answer.status, answer.body) == (True, 200, None)
    assert slack_with_app.view("U0ANNA") is None
    assert slack_with_app.errors("U0ANNA") == {}


async def test_an_update_of_a_view_preserves_the_values_of_its_inputs(
    slack_with_modal: Sandbox,
) -> None:
    await slack_with_modal.fill("U0ANNA", {"what": "typed", "colour": "blue"})
    before = slack_with_modal.view("U0ANNA")
    assert before

    assert (await slack_with_modal.click("U0ANNA", "swap")).ok
    await slack_with_modal.until(
        lambda: (slack_with_modal.view("U0ANNA") or {})["hash"] != before["hash"]
    )

    after = slack_with_modal.view("U0ANNA")
    assert after
    assert after["state"] == before["state"]
    assert after["state"]["values"]["what"]["what"]["value"] == "typed"
    assert after["state"]["values"]["city"]["city"] == {
        "type": "external_select",
        "selected_option": None,
    }


async def test_a_modal_with_an_empty_required_field_is_not_submitted(
    slack_with_modal: Sandbox,
) -> None:
    received = len(slack_with_modal.received)

    answer = await slack_with_modal.submit("U0ANNA")

    assert (answer.ok, answer.error, set(answer.errors)) == (False, "client_validation", {"what"})
    assert len(slack_with_modal.received) == received


async def test_filling_in_an_option_that_is_not_offered_fails(slack_with_modal: Sandbox) -> None:
    with pytest.raises(NotFoundError):
        await slack_with_modal.fill("U0ANNA", {"colour": "green"})


async def test_filling_in_without_an_open_modal_fails(slack: Sandbox) -> None:
    with pytest.raises(NotFoundError, match="no modal"):
        await slack.fill("U0ANNA", {"what": "typed"})


async def test_two_simultaneous_submissions_of_a_modal_both_succeed(
    slack_with_modal: Sandbox,
) -> None:
    await slack_with_modal.fill("U0ANNA", {"what": "twice"})

    answers = await asyncio.gather(
        slack_with_modal.submit("U0ANNA"), slack_with_modal.submit("U0ANNA")
    )

    assert [answer.ok for answer in answers] == [True, True]


async def test_closing_a_modal_with_notify_on_close_sends_view_closed(
    slack_with_modal: Sandbox,
) -> None:
    answer = await slack_with_modal.close("U0ANNA")

    assert answer
    assert answer.ok
    assert slack_with_modal.view("U0ANNA") is None


async def test_the_failure_of_a_close_notification_is_in_the_answer(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    view = modal(text_input("a"), notify_on_close=True, clear_on_close=True)
    trigger = slack.workspace.triggers.new_trigger("U0ANNA")
    await client.views_open(trigger_id=trigger, view=view)

    answer = await slack.close("U0ANNA")

    assert answer
    assert answer.error == "dispatch_failed"
    assert slack.views("U0ANNA") == []
