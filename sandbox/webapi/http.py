"""The Web API over HTTP: reads requests as Slack does, records them, and fails on demand."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox.errors import ApiError
from sandbox.records import Call
from sandbox.webapi import chat, router

if TYPE_CHECKING:
    from sandbox.faults import Fault, Faults
    from sandbox.shapes import Json
    from sandbox.webapi.context import Api


@dataclass(frozen=True, slots=True)
class WebApi:
    """Serves `/api/METHOD` and `/response/KEY`; keeps `calls` and every byte `received`."""

    api: Api
    faults: Faults
    calls: list[Call]
    received: list[bytes]

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to add to a web application."""
        return [
            web.route("*", "/api/{method}", self.call),
            web.post("/response/{key}", self.respond),
        ]

    async def call(self, request: web.Request) -> web.Response:
        """Answer one Web API call."""
        name, raw = request.match_info["method"], await request.read()
        self.received.append(raw or request.query_string.encode())
        token, given, problem = _read(request, name, raw)
        fault = self.faults.take(name)
        if fault and (failed := await _instead(request, fault)):
            self._record(name, given, raw, {"ok": False, "error": fault.kind})
            return failed
        answered = problem or router.answer(self.api, name, token, given)
        self._record(name, given, raw, answered)
        return await self._sent(request, answered, fault)

    async def respond(self, request: web.Request) -> web.Response:
        """Take a post to a response URL."""
        raw = await request.read()
        self.received.append(raw)
        fault = self.faults.take("response_url")
        if fault and (failed := await _instead(request, fault)):
            return failed
        workspace = self.api.workspace
        try:
            url = workspace.triggers.use_response_url(request.match_info["key"])
            chat.respond(workspace, url, _object(raw))
        except ApiError as refused:
            refusal = {"ok": False, "error": refused.error, **refused.extra}
            return web.json_response(refusal, status=404 if "url" in refused.error else 400)
        return await _spoiled(request, web.Response(text="ok"), fault)

    def _record(self, name: str, given: Json, raw: bytes, answered: Json) -> None:
        self.calls.append(Call(name, given, raw, answered))
        self.api.workspace.changes.note()

    async def _sent(
        self, request: web.Request, answered: Json, fault: Fault | None
    ) -> web.Response:
        wait = answered.pop("retry_after", None)
        if wait:
            return _ratelimited(wait)
        response = web.json_response(answered)
        response.headers["x-oauth-scopes"] = ",".join(self.api.workspace.manifest.bot_scopes)
        return await _spoiled(request, response, fault)


def _read(request: web.Request, name: str, raw: bytes) -> tuple[str, Json, Json | None]:
    """Return the token, the arguments, and the answer if the body cannot be read."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    given: Json = dict(request.query)
    problem = None
    method = router.METHODS.get(name)
    if request.content_type == "application/json":
        try:
            body = _object(raw) if raw else {}
            given |= body if method is None or method.reads_json else {}
        except ApiError:
            problem = {"ok": False, "error": "invalid_json"}
    else:
        given |= dict(parse_qsl(raw.decode(errors="replace"), keep_blank_values=True))
        token = token or given.get("token", "")
    given.pop("token", None)
    return (token if scheme in {"Bearer", ""} else ""), given, problem


def _object(raw: bytes) -> Json:
    try:
        body = json.loads(raw)
    except ValueError:
        raise ApiError("invalid_payload") from None
    if not isinstance(body, dict):
        raise ApiError("invalid_payload")
    return body


async def _instead(request: web.Request, fault: Fault) -> web.Response | None:
    if fault.kind == "ratelimited":
        return _ratelimited(round(fault.seconds))
    if fault.kind == "http_500":
        # As a proxy's error page may, it shows the whole request.
        page = f"<pre>{dict(request.headers)}\n{await _words(request)}</pre>"
        return web.Response(status=500, text=page, content_type="text/html")
    if fault.kind in {"timeout", "late"}:
        await asyncio.sleep(fault.seconds)
        return _dropped(request) if fault.kind == "timeout" else None
    if fault.kind.startswith("error:"):
        # Slack's messages about blocks quote what was sent.
        quoting = {"messages": [f"[ERROR] {await _words(request)}"]}
        error = fault.kind.removeprefix("error:")
        return web.json_response({"ok": False, "error": error, "response_metadata": quoting})
    return None


async def _words(request: web.Request) -> str:
    return (await request.read()).decode(errors="replace")


async def _spoiled(
    request: web.Request, response: web.Response, fault: Fault | None
) -> web.Response:
    if fault and fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    if fault and fault.kind == "drop_answer":
        return _dropped(request)
    return response


def _dropped(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()


def _ratelimited(seconds: int) -> web.Response:
    body = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers={"Retry-After": str(seconds)})
