"""Tests of members who change, join the workspace, or join channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox import Member, Sandbox

if TYPE_CHECKING:
    from sandbox.json_types import Json


async def test_a_changed_or_new_member_sends_an_event(slack: Sandbox, received: list[Json]) -> None:
    await slack.deactivate("U0JAN")
    await slack.join(Member("U0NEW", "new", "Nina New"))
    await slack.update_member("U0NEW", real_name="Nina Older")

    events = [payload["event"] for payload in received]
    assert [event["type"] for event in events] == ["user_change", "team_join", "user_change"]
    assert events[0]["user"]["deleted"]
    assert events[2]["user"]["profile"]["last_name"] == "Older"


async def test_an_invitation_to_a_channel_sends_an_event(
    slack: Sandbox, received: list[Json]
) -> None:
    await slack.invite("U0BOT", "C0OTHER")

    assert received[-1]["event"]["type"] == "member_joined_channel"
    assert slack.workspace.channels["C0OTHER"].bot_in
    await slack.invite("U0JAN", "C0OTHER")
    assert "U0JAN" in slack.workspace.channels["C0OTHER"].members
