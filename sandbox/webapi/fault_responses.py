"""Builds the HTTP responses for faults that tests have planned, such as a rate limit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from sandbox.webapi.faults import Fault


async def instead_of_call(request: web.Request, fault: Fault) -> web.Response | None:
    """Return the response of a fault that prevents the call, None if the call goes ahead.

    Waits first for `timeout` and `late`.
    """
    if fault.kind == "ratelimited":
        return rate_limited(round(fault.seconds))
    if fault.kind == "http_500":
        # Error pages of proxies may show the whole request, so this one does.
        page = f"<pre>{dict(request.headers)}\n{await _body_text(request)}</pre>"
        return web.Response(status=500, text=page, content_type="text/html")
    if fault.kind in {"timeout", "late"}:
        await asyncio.sleep(fault.seconds)
        return _drop_connection(request) if fault.kind == "timeout" else None
    if fault.kind.startswith("error:"):
        # Slack's messages about blocks quote the request, so this one does.
        metadata = {"messages": [f"[ERROR] {await _body_text(request)}"]}
        code = fault.kind.removeprefix("error:")
        return web.json_response({"ok": False, "error": code, "response_metadata": metadata})
    return None


async def after_call(
    request: web.Request, response: web.Response, fault: Fault | None
) -> web.Response:
    """Return the response to a call that was carried out, delayed or dropped as planned."""
    if fault and fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    if fault and fault.kind == "drop_answer":
        return _drop_connection(request)
    return response


def rate_limited(seconds: int) -> web.Response:
    """Return Slack's response to a call above the rate limit."""
    body = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers={"Retry-After": str(seconds)})


async def _body_text(request: web.Request) -> str:
    return (await request.read()).decode(errors="replace")


def _drop_connection(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()
