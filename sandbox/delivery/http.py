"""Sends requests to the installed Slack app by HTTP, with Slack's signature."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp

from sandbox.delivery.requests import RESPONSE_SECONDS, AppRequest, AppResponse, parsed_body

if TYPE_CHECKING:
    from collections.abc import Callable

FORM_TYPE = "application/x-www-form-urlencoded"


def signed_headers(secret: str, body: bytes, timestamp: int) -> dict[str, str]:
    """Return Slack's signature headers for a body sent at `timestamp` (Unix seconds)."""
    base = b"v0:%d:%s" % (timestamp, body)
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


def encoded(request: AppRequest) -> tuple[bytes, str]:
    """Return the body and the content type of a request."""
    if request.type == "slash_commands":
        return urlencode(request.payload).encode(), FORM_TYPE
    payload = json.dumps(request.payload)
    if request.type == "interactive":
        return urlencode({"payload": payload}).encode(), FORM_TYPE
    return payload.encode(), "application/json"


class HttpDelivery:
    """Posts requests to the app's request URL; `received` gets every response body."""

    def __init__(
        self, url: Callable[[], str | None], secret: str, received: Callable[[bytes], None]
    ) -> None:
        self._url = url
        self._secret = secret
        self._received = received
        self._session: aiohttp.ClientSession | None = None

    async def deliver(self, request: AppRequest) -> AppResponse:
        """Post a request; every response but a 200 within 3 s is an error."""
        started = time.monotonic()
        try:
            response = await self._post(request)
        except TimeoutError:
            response = AppResponse(error="operation_timeout", retry_reason="http_timeout")
        except (aiohttp.ClientError, OSError):
            response = AppResponse(error="dispatch_failed", retry_reason="connection_failed")
        return replace(response, seconds=time.monotonic() - started)

    async def stop(self) -> None:
        """Close the connections to the app."""
        if self._session:
            await self._session.close()
            self._session = None

    async def _post(self, request: AppRequest) -> AppResponse:
        body, content_type = encoded(request)
        headers = self._headers(request, body) | {"Content-Type": content_type}
        self._session = self._session or aiohttp.ClientSession()
        async with (
            asyncio.timeout(RESPONSE_SECONDS),
            self._session.post(self._url() or "", data=body, headers=headers) as response,
        ):
            raw = await response.read()
        self._received(raw)
        parsed = parsed_body(raw.decode(errors="replace"))
        if response.status == 200:  # noqa: PLR2004  (the only status that Slack accepts)
            return AppResponse(status=response.status, body=parsed)
        return AppResponse(
            status=response.status,
            body=parsed,
            error="dispatch_failed",
            retry_reason="http_error",
            wants_no_retry=response.headers.get("X-Slack-No-Retry") == "1",
        )

    def _headers(self, request: AppRequest, body: bytes) -> dict[str, str]:
        # Real time instead of the sandbox's clock, as the app compares it with its own clock.
        headers = signed_headers(self._secret, body, int(time.time()))
        headers["User-Agent"] = "Slackbot 1.0 (+https://api.slack.com/robots)"
        if request.retry:
            headers["X-Slack-Retry-Num"] = str(request.retry)
            headers["X-Slack-Retry-Reason"] = request.retry_reason
        return headers
