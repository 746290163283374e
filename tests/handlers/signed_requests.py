"""Sends requests with Slack's signature, and reads the product's responses and calls."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession

from sandbox.delivery.http import encoded, signed_headers
from sandbox.delivery.requests import AppRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.demo.demo import Demo


_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


async def send_parcel(demo: Demo, parcel: AppRequest) -> tuple[int, str]:
    """Send the parcel with a valid signature; return HTTP status and body."""
    body, content_type = encoded(parcel)
    secret = demo.settings.slack_signing_secret
    assert secret is not None
    headers = {
        **signed_headers(secret.get_secret_value(), body, int(time.time())),
        "Content-Type": content_type,
    }
    url = f"{demo.settings.imi_public_url}/slack/events"
    async with ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status, await answer.text()


async def send_interaction(demo: Demo, payload: Mapping[str, Any]) -> tuple[int, str]:
    """Send the payload of an interaction; return HTTP status and body."""
    return await send_parcel(demo, AppRequest("interactive", dict(payload)))


async def send_for_status(demo: Demo, payload: Mapping[str, Any]) -> int:
    """Send the payload of an interaction; return the HTTP status."""
    status, _ = await send_interaction(demo, payload)
    return status


def calls_since(demo: Demo, calls: int, without: str = "") -> str:
    """Return the product's calls to Slack after the first `calls` of them, but for one method."""
    later = [call.body for call in demo.slack.calls[calls:] if call.method != without]
    return readable(json.dumps(later))


def readable(text: str) -> str:
    """Return JSON, also when nested in JSON, with its characters unescaped."""
    while "\\\\" in text:
        text = text.replace("\\\\", "\\")
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text)
