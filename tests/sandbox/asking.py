"""Asking the sandbox's Web API, with Slack's client and without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from sandbox import Sandbox

Json = dict[str, Any]
BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}]


def plain_modal() -> Json:
    """Return a sound modal."""
    return {"type": "modal", "title": {"type": "plain_text", "text": "Ask"}, "blocks": BLOCKS}


async def error_of(call: Awaitable[object]) -> str:
    """Return the error Slack's client raises for a call that must fail."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def posted(slack: Sandbox, method: str, **body: Any) -> Json:  # noqa: ANN401  (any argument)
    """Call a method with a JSON body; the answer has the status and Retry-After beside it."""
    headers = {"Authorization": "Bearer xoxb-bot"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{slack.api_url}{method}", json=body) as response,
    ):
        is_json = response.content_type == "application/json"
        answer: Json = await response.json() if is_json else {}
        retry = response.headers.get("Retry-After")
        return answer | {"status": response.status, "retry": retry}


async def responded(slack: Sandbox, key: str, **body: Any) -> int:  # noqa: ANN401  (any argument)
    """Post to a response URL and return the status."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(slack.response_url(key), json=body) as response,
    ):
        return response.status
