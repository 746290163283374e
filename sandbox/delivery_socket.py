"""Deliveries by Socket Mode: connections, envelopes and their acknowledgements."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from sandbox.members import APP_ID
from sandbox.parcels import LIMIT, Parcel, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.shapes import Json


class Link:
    """One open connection; a silent one neither delivers nor answers pings."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self.request = request
        self.is_silent = False


class SocketDelivery:
    """Accepts Socket Mode connections and sends parcels through the newest one that works."""

    def __init__(self, received: Callable[[bytes], None]) -> None:
        self.links: list[Link] = []
        self._received = received
        self._tickets: set[str] = set()
        self._acks: dict[str, asyncio.Future[Any]] = {}
        self._refusals = 0

    @property
    def is_open(self) -> bool:
        """Say whether a connection is open."""
        return bool(self.links)

    def new_ticket(self) -> str:
        """Return a ticket for one connection."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return ticket

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Serve `/link`: 503 when told to refuse, 401 without a ticket."""
        if self._refusals > 0:
            self._refusals -= 1
            return web.Response(status=503)
        if request.query.get("ticket") not in self._tickets:
            return web.Response(status=401)
        self._tickets.discard(request.query["ticket"])
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        link = Link(socket, request)
        self.links.append(link)
        try:
            await socket.send_json(self._hello())
            await self._listen(link)
        finally:
            self.links.remove(link)
        return socket

    async def deliver(self, parcel: Parcel) -> Reply:
        """Send an envelope and wait 3 s for its acknowledgement."""
        began = time.monotonic()
        if not self.links:
            return Reply(error="dispatch_failed", retry_reason="connection_failed")
        envelope = _envelope(parcel)
        acknowledged = asyncio.get_running_loop().create_future()
        self._acks[envelope["envelope_id"]] = acknowledged
        try:
            async with asyncio.timeout(LIMIT):
                await self._send(envelope)
                body = await acknowledged
        except TimeoutError:
            return Reply(
                error="operation_timeout",
                retry_reason="http_timeout",
                seconds=time.monotonic() - began,
            )
        finally:
            self._acks.pop(envelope["envelope_id"], None)
        return Reply(status=200, body=body or None, seconds=time.monotonic() - began)

    async def close(self) -> None:
        """Close every connection, as a server that goes away does."""
        for link in list(self.links):
            await link.socket.close()

    def cut(self) -> None:
        """Break every connection without a word."""
        for link in self.links:
            if link.request.transport:
                link.request.transport.abort()

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to connect anew, then close, as Slack does every few hours."""
        for link in list(self.links):
            await link.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
            await link.socket.close()

    def go_silent(self) -> None:
        """Leave every present connection open, but dead."""
        for link in self.links:
            link.is_silent = True

    def refuse(self, times: int = 1) -> None:
        """Refuse the next connections."""
        self._refusals = times

    async def _send(self, envelope: Json) -> None:
        link = next((one for one in reversed(self.links) if not one.is_silent), None)
        if link:
            try:
                await link.socket.send_json(envelope)
            except ConnectionError:
                return  # the envelope is lost; the wait for its acknowledgement runs out

    async def _listen(self, link: Link) -> None:
        async for message in link.socket:
            if link.is_silent:
                continue
            if message.type == WSMsgType.PING:
                await link.socket.pong(message.data)
            elif message.type == WSMsgType.TEXT:
                self._acknowledge(message.data)

    def _acknowledge(self, text: str) -> None:
        self._received(text.encode())
        answered = json.loads(text)
        waiting = self._acks.get(answered.get("envelope_id", ""))
        if waiting and not waiting.done():
            waiting.set_result(answered.get("payload"))

    def _hello(self) -> Json:
        debug = {"host": "applink-sandbox", "build_number": 1, "approximate_connection_time": 18060}
        return {
            "type": "hello",
            "num_connections": len(self.links),
            "debug_info": debug,
            "connection_info": {"app_id": APP_ID},
        }


def _envelope(parcel: Parcel) -> Json:
    envelope: Json = {
        "envelope_id": secrets.token_hex(16),
        "type": parcel.kind,
        "accepts_response_payload": parcel.kind != "events_api",
        "payload": parcel.payload,
    }
    if parcel.kind == "events_api":
        envelope |= {"retry_attempt": parcel.retry, "retry_reason": parcel.retry_reason}
    return envelope
