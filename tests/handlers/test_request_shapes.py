"""Tests of the check that a request has the fields that Bolt needs to route it."""

import pytest

from handlers.request_shapes import has_valid_shape
from tests.handlers.block_kit import Json

ACTION = {"type": "button", "action_id": "a", "block_id": "b"}
VIEW = {"type": "modal", "callback_id": "c"}
COMMAND = {"command": "/imi-me", "response_url": "https://slack.example/"}
WHOLE: list[Json] = [
    COMMAND,
    {"type": "block_actions", "actions": [ACTION]},
    {"type": "block_suggestion", "action_id": "a", "view": VIEW},
    {"type": "view_submission", "view": VIEW},
    {"type": "view_closed", "view": VIEW},
    {"type": "shortcut", "callback_id": "c"},
    {"type": "event_callback", "event": {"type": "team_join"}},
    {"type": "url_verification", "challenge": "x"},
]
BROKEN: list[Json] = [
    {"command": "/imi-me"},
    {**COMMAND, "command": ["/imi-me"]},
    {"type": None},
    {"type": "block_actions"},
    {"type": "block_actions", "actions": []},
    {"type": "block_actions", "actions": [[1]]},
    {"type": "block_actions", "actions": [{"type": "button"}]},
    {"type": "block_suggestion", "view": VIEW},
    {"type": "view_submission", "view": None},
    {"type": "view_submission", "view": {"callback_id": "c"}},
    {"type": "view_closed"},
    {"type": "shortcut"},
    {"type": "event_callback", "event": []},
]


@pytest.mark.parametrize("body", WHOLE)
def test_requests_of_slack_have_a_valid_shape(body: Json) -> None:
    assert has_valid_shape(body, {"team_id": "T0IMI", "user_id": "U0ANNA", "channel_id": None})


@pytest.mark.parametrize("body", BROKEN)
def test_a_request_without_its_main_part_is_invalid(body: Json) -> None:
    assert not has_valid_shape(body, {})


@pytest.mark.parametrize("team_id", ["", "t0imi", "T0\nX", "T" * 41, 7, {}])
def test_a_request_without_valid_ids_is_invalid(team_id: object) -> None:
    assert not has_valid_shape(COMMAND, {"team_id": team_id})
