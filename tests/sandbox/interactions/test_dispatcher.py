"""Tests of interactions that are not sent or do not arrive."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox import NotFoundError, Sandbox


async def test_a_deactivated_member_cannot_act(slack_with_app: Sandbox) -> None:
    with pytest.raises(NotFoundError):
        await slack_with_app.command("U0GONE", "/ask")


async def test_an_interaction_fails_if_the_app_is_not_connected(slack: Sandbox) -> None:
    assert (await slack.command("U0ANNA", "/ask")).error == "dispatch_failed"
    slack.request_url = "http://127.0.0.1:9/"
    assert (await slack.command("U0ANNA", "/ask")).error == "dispatch_failed"


async def test_an_interaction_fails_if_interactivity_is_disabled(slack: Sandbox) -> None:
    slack.workspace.manifest = replace(slack.workspace.manifest, has_interactivity=False)

    assert (await slack.shortcut("U0ANNA", "ask")).error == "interactivity_disabled"
