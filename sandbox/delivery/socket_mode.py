"""Simulates Slack's side of Socket Mode: sends requests, and accepts and closes connections."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from sandbox.delivery.requests import RESPONSE_SECONDS, AppRequest, AppResponse
from sandbox.state.members import APP_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.json_types import Json


class Connection:
    """An open WebSocket; a silent one neither carries envelopes nor answers pings."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self.request = request
        self.is_silent = False


class SocketModeDelivery:
    """Accepts connections and sends requests through the newest one that is not silent.

    `received` gets every message of the app.
    """

    def __init__(self, received: Callable[[bytes], None]) -> None:
        self.connections: list[Connection] = []
        self._received = received
        self._tickets: set[str] = set()
        self._acks: dict[str, asyncio.Future[Any]] = {}
        self._refusals = 0

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to add to a web application."""
        return [web.get("/link/", self.accept)]

    @property
    def is_open(self) -> bool:
        """Return whether a connection is open."""
        return bool(self.connections)

    def new_url(self, base_url: str) -> str:
        """Return the URL for one connection; `base_url` is that of the HTTP server."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        host = base_url.replace("http://", "ws://")
        return f"{host}link/?ticket={ticket}&app_id={APP_ID}"

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection; 503 if it is to be refused, 401 without a valid ticket."""
        if self._refusals > 0:
            self._refusals -= 1
            return web.Response(status=503)
        if request.query.get("ticket") not in self._tickets:
            return web.Response(status=401)
        self._tickets.discard(request.query["ticket"])
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        connection = Connection(socket, request)
        self.connections.append(connection)
        try:
            await socket.send_json(self._hello())
            await self._listen(connection)
        finally:
            self.connections.remove(connection)
        return socket

    async def deliver(self, request: AppRequest) -> AppResponse:
        """Send an envelope and wait 3 s for its acknowledgement."""
        started = time.monotonic()
        if not self.connections:
            return AppResponse(error="dispatch_failed", retry_reason="connection_failed")
        envelope = _envelope(request)
        acknowledged = asyncio.get_running_loop().create_future()
        self._acks[envelope["envelope_id"]] = acknowledged
        try:
            async with asyncio.timeout(RESPONSE_SECONDS):
                await self._send(envelope)
                body = await acknowledged
        except TimeoutError:
            return AppResponse(
                error="operation_timeout",
                retry_reason="http_timeout",
                seconds=time.monotonic() - started,
            )
        finally:
            self._acks.pop(envelope["envelope_id"], None)
        return AppResponse(status=200, body=body or None, seconds=time.monotonic() - started)

    async def close(self) -> None:
        """Close all connections properly, like a server that shuts down."""
        for connection in list(self.connections):
            await connection.socket.close()

    def cut(self) -> None:
        """Abort all connections without a closing handshake."""
        for connection in self.connections:
            if connection.request.transport:
                connection.request.transport.abort()

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to reconnect, then close, as Slack does every few hours."""
        for connection in list(self.connections):
            await connection.socket.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {}}
            )
            await connection.socket.close()

    def go_silent(self) -> None:
        """Leave all present connections open but silent."""
        for connection in self.connections:
            connection.is_silent = True

    def refuse(self, times: int = 1) -> None:
        """Refuse the next `times` connections with 503."""
        self._refusals = times

    async def _send(self, envelope: Json) -> None:
        newest_first = reversed(self.connections)
        connection = next((each for each in newest_first if not each.is_silent), None)
        if connection:
            try:
                await connection.socket.send_json(envelope)
            except ConnectionError:
                return  # the envelope is lost, and deliver() times out

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if connection.is_silent:
                continue
            if message.type == WSMsgType.PING:
                await connection.socket.pong(message.data)
            elif message.type == WSMsgType.TEXT:
                self._acknowledge(message.data)

    def _acknowledge(self, text: str) -> None:
        self._received(text.encode())
        acknowledgement = json.loads(text)
        waiter = self._acks.get(acknowledgement.get("envelope_id", ""))
        if waiter and not waiter.done():
            waiter.set_result(acknowledgement.get("payload"))

    def _hello(self) -> Json:
        debug = {"host": "applink-sandbox", "build_number": 1, "approximate_connection_time": 18060}
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": debug,
            "connection_info": {"app_id": APP_ID},
        }


def _envelope(request: AppRequest) -> Json:
    envelope: Json = {
        "envelope_id": secrets.token_hex(16),
        "type": request.type,
        "accepts_response_payload": request.type != "events_api",
        "payload": request.payload,
    }
    if request.type == "events_api":
        envelope |= {"retry_attempt": request.retry, "retry_reason": request.retry_reason}
    return envelope
