"""Payloads have the keys Slack's own have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sandbox import Message
from sandbox.delivery import payloads

if TYPE_CHECKING:
    from sandbox import Sandbox

SHAPES = Path(__file__).parents[3] / "shared" / "slack" / "payloads"
# Keys of workflow steps, of enterprise workspaces and of OAuth, which this workspace has not.
ELSEWHERE = {"function_data", "interactivity", "bot_access_token", "enterprise_id"}
ELSEWHERE |= {"enterprise_name", "authed_users", "authed_teams", "response_urls", "is_cleared"}

pytestmark = pytest.mark.skipif(not SHAPES.is_dir(), reason="Slack's shapes are not beside it")


def test_a_command_is_whole(slack: Sandbox) -> None:
    anna = slack.workspace.member("U0ANNA")

    sent = payloads.command(slack.workspace, anna, "C0HEALTH", ("/ask", ""))

    assert _shape("SlashCommandPayload") - set(sent) - ELSEWHERE == {"response_url"}


@pytest.mark.parametrize("name", ["ViewSubmissionPayload", "ViewClosedPayload"])
def test_what_comes_from_a_modal_is_whole(slack: Sandbox, name: str) -> None:
    anna = slack.workspace.member("U0ANNA")
    title = {"type": "plain_text", "text": "Ask"}
    view = {"type": "modal", "title": title, "blocks": []}
    opened = slack.workspace.views.open("U0ANNA", view)

    sent = payloads.view_submission(slack.workspace, anna, opened)

    assert _shape(name) - set(sent) - ELSEWHERE == set()
    assert _shape(name, "view") - set(sent["view"]) == set()
    assert _shape(name, "user") - set(sent["user"]) == set()
    assert _shape(name, "team") - set(sent["team"]) - ELSEWHERE == set()


def test_what_comes_from_a_message_is_whole(slack: Sandbox) -> None:
    anna = slack.workspace.member("U0ANNA")
    message = slack.workspace.post(Message("", "C0HEALTH", "U0BOT", "Hello"))

    sent = payloads.message_action(slack.workspace, anna, message, {"type": "button"}, {})

    missing = _shape("BlockActionPayload") - set(sent) - ELSEWHERE
    assert missing <= {"response_url", "view", "app_unfurl"}
    container = {"type", "message_ts", "channel_id", "is_ephemeral"}
    assert container == set(sent["container"])


@pytest.mark.parametrize("name", ["TeamJoinPayload", "UserChangePayload", "MessagePayload"])
def test_an_event_is_whole(slack: Sandbox, name: str) -> None:
    sent = payloads.event_callback(slack.workspace, {"type": "team_join"})

    assert _shape(name) - set(sent) - ELSEWHERE == set()


def _shape(name: str, *steps: str) -> set[str]:
    whole: dict[str, Any] = json.loads((SHAPES / f"{name}.json").read_text(encoding="utf-8"))
    for step in steps:
        whole = whole[step]
    return set(whole)
