"""Tests of `auth.test` and `team.info`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient


async def test_auth_test_returns_the_bot_user_and_the_scopes(client: AsyncWebClient) -> None:
    answer = await client.auth_test()

    assert answer["user_id"] == "U0BOT"
    assert "chat:write" in answer.headers["x-oauth-scopes"]


async def test_team_info_describes_the_workspace(client: AsyncWebClient) -> None:
    assert (await client.team_info())["team"]["id"] == "T0IMI"
