"""Tests of looking up the workspace's members for commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.slack.directory import SlackDirectory
from sandbox.state.user_objects import user_json
from sandbox.webapi import users as web_api
from tests.factories import TEAM

if TYPE_CHECKING:
    import pytest
    from slack_sdk.web.async_client import AsyncWebClient

    from sandbox import Member
    from sandbox.json_types import Json


async def test_a_member_whose_data_is_incomplete_is_left_out(  # D21, B08
    client: AsyncWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bare(member: Member, *args: Any, **options: Any) -> Json:  # noqa: ANN401 - the sandbox's own
        user = user_json(member, *args, **options)
        return {**user, "team_id": None} if member.id == "U0ADA" else user

    monkeypatch.setattr(web_api, "user_json", bare)
    directory = SlackDirectory(client, TEAM, "IMI")

    found = await directory.members()

    assert "U0GONE" in found
    assert "U0ADA" not in found
    assert await directory.member("U0ADA") is None
