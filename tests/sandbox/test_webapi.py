"""The Web API checks tokens, scopes and arguments as Slack does."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.asking import BLOCKS, error_of, posted
from tests.times import NOON

if TYPE_CHECKING:
    from sandbox import AppInstall, Sandbox


async def test_auth_test_says_whose_token_it_is_and_what_it_may(client: AsyncWebClient) -> None:
    answer = await client.auth_test()

    assert answer["user_id"] == "U0BOT"
    assert "chat:write" in answer.headers["x-oauth-scopes"]


@pytest.mark.parametrize(("token", "error"), [("", "not_authed"), ("xoxb-no", "invalid_auth")])
async def test_a_wrong_token_is_refused(slack: Sandbox, token: str, error: str) -> None:
    assert await error_of(AsyncWebClient(token, base_url=slack.api_url).auth_test()) == error


async def test_an_app_token_opens_sockets_only(slack: Sandbox) -> None:
    client = AsyncWebClient("xapp-app", base_url=slack.api_url)

    assert (await client.apps_connections_open(app_token="xapp-app"))["url"].startswith("ws://")
    assert await error_of(client.auth_test()) == "not_allowed_token_type"


async def test_a_missing_scope_is_named(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        await client.conversations_info(channel="C0SECRET", token="xoxb-bot")
    assert caught.value.response["error"] == "channel_not_found"

    with pytest.raises(SlackApiError) as caught:
        await client.conversations_info(channel="D0ANNA")
    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "im:read"
    assert "chat:write" in caught.value.response["provided"]


async def test_an_unknown_method_is_refused(client: AsyncWebClient) -> None:
    assert await error_of(client.api_call("chat.shout")) == "unknown_method"


async def test_unsound_blocks_are_refused_with_their_place(client: AsyncWebClient) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "a" * 3001}}]

    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="C0HEALTH", text="Hello", blocks=blocks)

    assert caught.value.response["error"] == "invalid_blocks"
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


async def test_form_bodies_carry_json_in_their_fields(slack: Sandbox) -> None:
    form = {"token": "xoxb-bot", "channel": "C0HEALTH", "text": "Hi", "blocks": json.dumps(BLOCKS)}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.api_url}chat.postMessage", data=form) as response,
    ):
        assert (await response.json())["ok"]

    assert slack.messages("C0HEALTH")[0].blocks[0]["type"] == "section"


async def test_arguments_that_are_missing_or_wrong_are_named(slack: Sandbox) -> None:
    missing = await posted(slack, "chat.postMessage", text="a")
    assert "channel" in missing["response_metadata"]["messages"][0]
    wrong = await posted(slack, "chat.postMessage", channel=7, text="a")
    assert "string" in wrong["response_metadata"]["messages"][0]
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer xoxb-bot"}) as session:
        kind = {"Content-Type": "application/json"}
        for raw in (b"{", b"[]"):
            url = f"{slack.api_url}chat.postMessage"
            async with session.post(url, data=raw, headers=kind) as response:
                assert (await response.json())["error"] == "invalid_json"


async def test_methods_that_read_take_no_json_body(slack: Sandbox) -> None:
    answer = await posted(slack, "users.info", user="U0ANNA")

    assert answer["error"] == "invalid_arguments"


async def test_a_scope_the_manifest_lacks_is_missing(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    slack.workspace.manifest = replace(slack.workspace.manifest, bot_scopes=("users:read",))

    post = client.chat_postMessage(channel="C0HEALTH", text="a")
    assert await error_of(post) == "missing_scope"
    assert "email" not in (await client.users_info(user="U0ANNA"))["user"]["profile"]
    assert (await slack.command("U0ANNA", "/ask")).error == "unknown_command"


async def test_without_interactivity_nothing_can_be_pressed(slack: Sandbox) -> None:
    slack.workspace.manifest = replace(slack.workspace.manifest, has_interactivity=False)

    assert (await slack.shortcut("U0ANNA", "ask")).error == "interactivity_disabled"


async def test_the_clock_moves_forward_only(slack: Sandbox) -> None:
    with pytest.raises(ValueError, match="forward"):
        slack.clock.advance(NOON - slack.clock.now())


def test_secrets_of_the_app_are_not_printed(install: AppInstall) -> None:
    assert "xoxb" not in repr(install)
    assert "signing" not in repr(install)
