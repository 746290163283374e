"""Tests of response actions after a submission, by HTTP and Socket Mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sandbox import Sandbox


@pytest.mark.parametrize(("typed", "left"), [("update", 1), ("push", 2), ("clear", 0)])
async def test_a_response_action_changes_the_stack_of_modals(
    slack_with_modal: Sandbox, typed: str, left: int
) -> None:
    await slack_with_modal.fill("U0ANNA", {"what": typed})

    assert (await slack_with_modal.submit("U0ANNA")).ok

    assert len(slack_with_modal.views("U0ANNA")) == left


async def test_errors_in_the_response_are_shown_at_their_fields(slack_with_modal: Sandbox) -> None:
    await slack_with_modal.fill("U0ANNA", {"what": "wrong"})

    answer = await slack_with_modal.submit("U0ANNA")

    assert answer.ok
    assert answer.errors == slack_with_modal.errors("U0ANNA") == {"what": "Not that."}
    assert slack_with_modal.view("U0ANNA")


@pytest.mark.parametrize(
    "typed",
    ["unknown field", "invalid view", "no errors", "no text", "unknown action", "no action"],
)
async def test_an_invalid_response_is_shown_to_the_member_as_a_failure(
    slack_with_modal: Sandbox, typed: str
) -> None:
    await slack_with_modal.fill("U0ANNA", {"what": typed})

    answer = await slack_with_modal.submit("U0ANNA")

    assert not answer.ok
    assert answer.detail
    assert slack_with_modal.notice("U0ANNA")
    assert slack_with_modal.view("U0ANNA")
