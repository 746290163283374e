"""Deliveries by HTTP, signed as Slack signs them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp

from sandbox.parcels import LIMIT, Parcel, Reply, body_of

if TYPE_CHECKING:
    from collections.abc import Callable

FORM = "application/x-www-form-urlencoded"


def signed_headers(secret: str, body: bytes, timestamp: int) -> dict[str, str]:
    """Return Slack's signature headers for a body sent at `timestamp` (Unix seconds)."""
    base = b"v0:%d:%s" % (timestamp, body)
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


def encoded(parcel: Parcel) -> tuple[bytes, str]:
    """Return the body and the content type of a parcel."""
    if parcel.kind == "slash_commands":
        return urlencode(parcel.payload).encode(), FORM
    whole = json.dumps(parcel.payload)
    if parcel.kind == "interactive":
        return urlencode({"payload": whole}).encode(), FORM
    return whole.encode(), "application/json"


class HttpDelivery:
    """Posts parcels to the app's request URL."""

    def __init__(
        self, url: Callable[[], str | None], secret: str, received: Callable[[bytes], None]
    ) -> None:
        self._url = url
        self._secret = secret
        self._received = received
        self._session: aiohttp.ClientSession | None = None

    async def deliver(self, parcel: Parcel) -> Reply:
        """Post a parcel; anything but 200 within 3 s is an error."""
        began = time.monotonic()
        try:
            reply = await self._post(parcel)
        except TimeoutError:
            reply = Reply(error="operation_timeout", retry_reason="http_timeout")
        except (aiohttp.ClientError, OSError):
            reply = Reply(error="dispatch_failed", retry_reason="connection_failed")
        seconds = time.monotonic() - began
        return Reply(
            status=reply.status,
            body=reply.body,
            seconds=seconds,
            error=reply.error,
            retry_reason=reply.retry_reason,
            wants_no_retry=reply.wants_no_retry,
        )

    async def stop(self) -> None:
        """Close the connections to the app."""
        if self._session:
            await self._session.close()
            self._session = None

    async def _post(self, parcel: Parcel) -> Reply:
        body, content_type = encoded(parcel)
        headers = self._headers(parcel, body) | {"Content-Type": content_type}
        self._session = self._session or aiohttp.ClientSession()
        async with (
            asyncio.timeout(LIMIT),
            self._session.post(self._url() or "", data=body, headers=headers) as response,
        ):
            raw = await response.read()
        self._received(raw)
        answered = Reply(status=response.status, body=body_of(raw.decode(errors="replace")))
        if response.status == 200:  # noqa: PLR2004  (the one status Slack accepts)
            return answered
        return Reply(
            status=response.status,
            body=answered.body,
            error="dispatch_failed",
            retry_reason="http_error",
            wants_no_retry=response.headers.get("X-Slack-No-Retry") == "1",
        )

    def _headers(self, parcel: Parcel, body: bytes) -> dict[str, str]:
        # Real time, whatever the sandbox's clock says: the app compares it with its own.
        headers = signed_headers(self._secret, body, int(time.time()))
        headers["User-Agent"] = "Slackbot 1.0 (+https://api.slack.com/robots)"
        if parcel.retry:
            headers["X-Slack-Retry-Num"] = str(parcel.retry)
            headers["X-Slack-Retry-Reason"] = parcel.retry_reason
        return headers
