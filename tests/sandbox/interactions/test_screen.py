"""Tests of finding elements on a member's screen by action id."""

from __future__ import annotations

import pytest

from sandbox import NotFoundError, Sandbox
from tests.sandbox.builders import modal, plain_text


async def test_elements_with_the_same_action_id_are_distinguished_by_block_id(
    slack: Sandbox,
) -> None:
    button = {"type": "button", "action_id": "twin", "text": plain_text("Twin")}
    blocks = [{"type": "actions", "block_id": name, "elements": [button]} for name in "ab"]
    slack.workspace.views.open("U0ANNA", modal(*blocks))

    with pytest.raises(NotFoundError, match="2 elements"):
        await slack.click("U0ANNA", "twin")
    assert (await slack.click("U0ANNA", "twin", block_id="a")).error == "dispatch_failed"
