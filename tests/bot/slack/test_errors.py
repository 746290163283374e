"""Tests that each documented error of each Slack method in use is classified correctly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.slack.errors import SlackRefused, SlackUnreachable, SlackUnusable, slack_errors

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from sandbox import Sandbox

REFERENCE = Path(__file__).with_name("documented_errors.txt").read_text(encoding="utf-8")
DOCUMENTED = {
    code for line in REFERENCE.splitlines() if line.startswith(" ") for code in line.split()
}
ABOUT_ONE_PERSON = {
    *("user_not_found", "user_disabled", "user_not_visible", "invalid_user_combination"),
    "users_not_found",
}
ABOUT_ONE_PLACE = {
    *("channel_not_found", "not_in_channel", "is_archived", "channel_is_limited_access"),
    *("too_many_members", "method_not_supported_for_channel_type", "restricted_action"),
    *("restricted_action_read_only_channel", "restricted_action_thread_only_channel"),
    *("restricted_action_non_threadable_channel", "restricted_action_thread_locked"),
}
ABOUT_ONE_MESSAGE = {
    *("message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"),
    *("block_mismatch", "streaming_state_conflict"),
    *("file_not_found", "file_deleted", "not_visible"),
}
FINAL = ABOUT_ONE_PERSON | ABOUT_ONE_PLACE | ABOUT_ONE_MESSAGE
PASSING = {
    *("ratelimited", "rate_limited", "message_limit_exceeded", "team_added_to_org"),
    *("internal_error", "fatal_error", "service_unavailable", "request_timeout"),
    *("update_failed", "external_channel_migrating"),
}


def class_of(code: str) -> type[Exception]:
    if code in FINAL:
        return SlackRefused
    return SlackUnreachable if code in PASSING else SlackUnusable


@pytest.mark.parametrize("code", sorted(DOCUMENTED | {"a_code_of_tomorrow"}))
async def test_only_what_is_about_one_person_or_place_is_final(
    slack: Sandbox, client: AsyncWebClient, code: str
) -> None:
    """B06: everything else waits, also a code that Slack does not document yet."""
    slack.faults.add("auth.test", f"error:{code}")

    with pytest.raises((SlackRefused, SlackUnreachable)) as error, slack_errors():
        await client.auth_test()

    assert type(error.value) is class_of(code)


def test_the_table_knows_only_documented_codes() -> None:
    assert FINAL | PASSING <= DOCUMENTED
