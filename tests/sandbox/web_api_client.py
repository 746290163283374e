"""Calls the sandbox's Web API, with Slack's client and with plain HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from sandbox import Sandbox
    from sandbox.json_types import Json


async def error_of(call: Awaitable[object]) -> str:
    """Return the error that Slack's client raises for a call that must fail."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def call_method(slack: Sandbox, method: str, **body: Any) -> Json:  # noqa: ANN401  (any argument)
    """Call a method with a JSON body; return the response with its status and Retry-After."""
    headers = {"Authorization": "Bearer xoxb-bot"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{slack.api_url}{method}", json=body) as response,
    ):
        is_json = response.content_type == "application/json"
        answer: Json = await response.json() if is_json else {}
        retry = response.headers.get("Retry-After")
        return answer | {"status": response.status, "retry": retry}


async def post_response(slack: Sandbox, key: str, **body: Any) -> int:  # noqa: ANN401  (any argument)
    """Post to a response URL and return the HTTP status."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(slack.response_url(key), json=body) as response,
    ):
        return response.status


async def post_message(slack: Sandbox, text: str, channel: str = "C0HEALTH") -> Json:
    """Call `chat.postMessage` as `call_method` does."""
    return await call_method(slack, "chat.postMessage", channel=channel, text=text)
