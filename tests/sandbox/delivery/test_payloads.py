"""Tests that payloads have all the keys of Slack's own payloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox import Message
from sandbox.delivery import payloads

if TYPE_CHECKING:
    from sandbox import Sandbox

# The keys are from the sample payloads of slackapi/java-slack-sdk. Those of workflow steps, of
# enterprise organisations and of OAuth are left out, as the sandbox has none of these.
COMMAND = """
    api_app_id channel_id channel_name command is_enterprise_install response_url team_domain
    team_id text token trigger_id user_id user_name
"""
VIEW_CLOSED = "api_app_id enterprise is_enterprise_install team token type user view"
VIEW_SUBMISSION = f"{VIEW_CLOSED} trigger_id"
VIEW = """
    app_id app_installed_team_id bot_id callback_id clear_on_close close external_id hash id
    notify_on_close previous_view_id private_metadata root_view_id state submit submit_disabled
    team_id title type
"""
BLOCK_ACTIONS = """
    actions api_app_id app_unfurl channel container enterprise is_enterprise_install message
    response_url state team token trigger_id type user view
"""
EVENT = """
    api_app_id authorizations event event_context event_id event_time is_ext_shared_channel
    team_id token type
"""


def test_the_form_of_a_command_has_every_key(slack: Sandbox) -> None:
    anna = slack.workspace.member("U0ANNA")

    payload = payloads.command(slack.workspace, anna, "C0HEALTH", ("/ask", ""))

    assert _keys(COMMAND) - set(payload) == {"response_url"}


@pytest.mark.parametrize("keys", [VIEW_SUBMISSION, VIEW_CLOSED], ids=["submission", "closed"])
def test_the_payload_of_a_modal_has_every_key(slack: Sandbox, keys: str) -> None:
    anna = slack.workspace.member("U0ANNA")
    title = {"type": "plain_text", "text": "Send request"}
    opened = slack.workspace.views.open("U0ANNA", {"type": "modal", "title": title, "blocks": []})

    payload = payloads.view_submission(slack.workspace, anna, opened)

    assert _keys(keys) - set(payload) == set()
    assert _keys(VIEW) - set(payload["view"]) == set()
    assert {"id", "name", "team_id", "username"} - set(payload["user"]) == set()
    assert {"domain", "id"} - set(payload["team"]) == set()


def test_the_payload_of_a_message_has_every_key(slack: Sandbox) -> None:
    anna = slack.workspace.member("U0ANNA")
    message = slack.workspace.post(Message("", "C0HEALTH", "U0BOT", "Hello"))

    payload = payloads.message_action(slack.workspace, anna, message, {"type": "button"}, {})

    assert _keys(BLOCK_ACTIONS) - set(payload) <= {"response_url", "view", "app_unfurl"}
    container = {"type", "message_ts", "channel_id", "is_ephemeral"}
    assert container == set(payload["container"])


@pytest.mark.parametrize("kind", ["team_join", "user_change", "message"])
def test_the_payload_of_an_event_has_every_key(slack: Sandbox, kind: str) -> None:
    payload = payloads.event_callback(slack.workspace, {"type": kind})

    assert _keys(EVENT) - set(payload) == set()


def _keys(text: str) -> set[str]:
    return set(text.split())
