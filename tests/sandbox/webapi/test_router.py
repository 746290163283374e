"""Tests of the checks of tokens and scopes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.web_api_client import error_of

if TYPE_CHECKING:
    from sandbox import Sandbox


@pytest.mark.parametrize(("token", "error"), [("", "not_authed"), ("xoxb-no", "invalid_auth")])
async def test_a_missing_or_wrong_token_is_refused(slack: Sandbox, token: str, error: str) -> None:
    assert await error_of(AsyncWebClient(token, base_url=slack.api_url).auth_test()) == error


async def test_an_app_token_is_only_for_socket_mode(slack: Sandbox) -> None:
    client = AsyncWebClient("xapp-app", base_url=slack.api_url)

    assert (await client.apps_connections_open(app_token="xapp-app"))["url"].startswith("ws://")
    assert await error_of(client.auth_test()) == "not_allowed_token_type"


async def test_an_unknown_method_is_refused(client: AsyncWebClient) -> None:
    assert await error_of(client.api_call("chat.shout")) == "unknown_method"


async def test_the_response_names_the_missing_scope(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        await client.conversations_info(channel="C0SECRET", token="xoxb-bot")
    assert caught.value.response["error"] == "channel_not_found"

    with pytest.raises(SlackApiError) as caught:
        await client.conversations_info(channel="D0ANNA")
    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "im:read"
    assert "chat:write" in caught.value.response["provided"]


async def test_a_scope_that_the_manifest_lacks_is_missing(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    slack.workspace.manifest = replace(slack.workspace.manifest, bot_scopes=("users:read",))

    post = client.chat_postMessage(channel="C0HEALTH", text="a")
    assert await error_of(post) == "missing_scope"
    assert "email" not in (await client.users_info(user="U0ANNA"))["user"]["profile"]
    assert (await slack.command("U0ANNA", "/ask")).error == "unknown_command"
