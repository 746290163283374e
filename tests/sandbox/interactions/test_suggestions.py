"""Tests of menus whose options the app suggests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox import Sandbox


async def test_a_suggested_option_can_be_chosen(slack_with_modal: Sandbox) -> None:
    answer = await slack_with_modal.suggest("U0ANNA", "city", "aal")
    await slack_with_modal.fill("U0ANNA", {"city": "aalberg"})

    assert isinstance(answer.body, dict)
    assert answer.body["options"][0]["value"] == "aalberg"
    view = slack_with_modal.view("U0ANNA")
    assert view
    assert view["state"]["values"]["city"]["city"]["selected_option"]["value"] == "aalberg"


async def test_invalid_suggestions_are_a_failure(slack_with_modal: Sandbox) -> None:
    assert (await slack_with_modal.suggest("U0ANNA", "city", "nowhere")).error == "invalid_options"
