"""Serves the Web API over HTTP: parses requests, records calls, and produces planned faults."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox.delivery.response_messages import apply_response
from sandbox.errors import ApiError
from sandbox.webapi import fault_responses, router
from sandbox.webapi.calls import Call

if TYPE_CHECKING:
    from sandbox.json_types import Json
    from sandbox.webapi.context import ApiContext
    from sandbox.webapi.faults import Fault, Faults


@dataclass(frozen=True, slots=True)
class WebApi:
    """Serves `/api/METHOD` and `/response/KEY`; `received` gets every raw request body."""

    api: ApiContext
    faults: Faults
    calls: list[Call]
    received: list[bytes]

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to add to a web application."""
        return [
            web.route("*", "/api/{method}", self.call_method),
            web.post("/response/{key}", self.accept_response),
        ]

    async def call_method(self, request: web.Request) -> web.Response:
        """Respond to a Web API call."""
        name, raw = request.match_info["method"], await request.read()
        self.received.append(raw or request.query_string.encode())
        token, arguments, problem = _parsed(request, name, raw)
        fault = self.faults.take(name)
        if fault and (failed := await fault_responses.instead_of_call(request, fault)):
            self._record(name, arguments, raw, {"ok": False, "error": fault.kind})
            return failed
        body = problem or router.respond(self.api, name, token, arguments)
        self._record(name, arguments, raw, body)
        return await self._http_response(request, body, fault)

    async def accept_response(self, request: web.Request) -> web.Response:
        """Accept a message that the app posts to a response URL."""
        raw = await request.read()
        self.received.append(raw)
        fault = self.faults.take("response_url")
        if fault and (failed := await fault_responses.instead_of_call(request, fault)):
            return failed
        workspace = self.api.workspace
        try:
            url = workspace.triggers.use_response_url(request.match_info["key"])
            apply_response(workspace, url, _json_object(raw))
        except ApiError as error:
            body = {"ok": False, "error": error.code, **error.extra}
            return web.json_response(body, status=404 if "url" in error.code else 400)
        return await fault_responses.after_call(request, web.Response(text="ok"), fault)

    def _record(self, name: str, arguments: Json, raw: bytes, body: Json) -> None:
        self.calls.append(Call(name, arguments, raw, body))
        self.api.workspace.changes.count()

    async def _http_response(
        self, request: web.Request, body: Json, fault: Fault | None
    ) -> web.Response:
        retry_after = body.pop("retry_after", None)
        if retry_after:
            return fault_responses.rate_limited(retry_after)
        response = web.json_response(body)
        response.headers["x-oauth-scopes"] = ",".join(self.api.workspace.manifest.bot_scopes)
        return await fault_responses.after_call(request, response, fault)


def _parsed(request: web.Request, name: str, raw: bytes) -> tuple[str, Json, Json | None]:
    """Return the token, the arguments, and an error response if the body cannot be parsed."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    arguments: Json = dict(request.query)
    problem = None
    method = router.METHODS.get(name)
    if request.content_type == "application/json":
        try:
            body = _json_object(raw) if raw else {}
            arguments |= body if method is None or method.reads_json else {}
        except ApiError:
            problem = {"ok": False, "error": "invalid_json"}
    else:
        arguments |= dict(parse_qsl(raw.decode(errors="replace"), keep_blank_values=True))
        token = token or arguments.get("token", "")
    arguments.pop("token", None)
    return (token if scheme in {"Bearer", ""} else ""), arguments, problem


def _json_object(raw: bytes) -> Json:
    try:
        body = json.loads(raw)
    except ValueError:
        raise ApiError("invalid_payload") from None
    if not isinstance(body, dict):
        raise ApiError("invalid_payload")
    return body
