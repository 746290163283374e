"""The HTTP server, which passes requests to Slack's handler, the health endpoints or the portal."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import structlog
import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.health_endpoints import PATHS
from bot.web.request_limits import RequestLimits

log = structlog.get_logger()

SLACK_PATH = "/slack/events"
# The largest modal that Slack allows needs a tenth of this.
MAX_BODY_BYTES = 4 * 1024 * 1024
# Open connections, idle ones included; further ones are answered with 503.
MAX_CONNECTIONS = 1000


class Site:
    """The ASGI application that picks one of three applications by the request's path.

    Slack's path is checked first and passes through no middleware, which would delay its answer.
    """

    def __init__(self, *, slack: ASGIApp | None, portal: ASGIApp, health: ASGIApp) -> None:
        self._slack = slack
        self._portal = portal
        self._health = health

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope.get("path")
        if path == SLACK_PATH and self._slack is not None:
            await _call_with_body_limit(self._slack, scope, receive, send)
        elif path in PATHS and scope["type"] == "http":
            await self._health(scope, receive, send)
        else:
            await self._portal(scope, receive, send)


class _TooLargeError(Exception):
    """The body is larger than any that Slack sends."""


async def _call_with_body_limit(slack: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    # Bolt reads the whole body before it checks the signature.
    received = 0

    async def receive_within_limit() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > MAX_BODY_BYTES:
            raise _TooLargeError
        return message

    try:
        await slack(scope, receive_within_limit, send)
    except _TooLargeError:
        refusal = PlainTextResponse("too large\n", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        await refusal(scope, receive, send)
    except Exception as error:  # noqa: BLE001 - Bolt raises many kinds for malformed requests
        log.warning("request_not_understood", error=type(error).__name__)
        await PlainTextResponse("not understood\n", HTTPStatus.BAD_REQUEST)(scope, receive, send)


@asynccontextmanager
async def serving(
    site: ASGIApp, host: str, port: int, trusted_proxies: str = ""
) -> AsyncIterator[int]:
    """Serve the site until the block ends; yield the port. With port 0 the system picks one.

    A client's address comes from a trusted proxy's header, otherwise from the connection.
    """
    listening = listen(host, port)
    server = _Server(_config(site, trusted_proxies))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn has a flag only
            await asyncio.sleep(0.005)
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await task
        listening.close()


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket whose connections send small packets at once (TCP_NODELAY)."""
    listening = socket.create_server((host, port), family=_family(host), reuse_port=False)
    # Connections inherit the option. asyncio does not set it for sockets that are handed to it,
    # and each page would then wait 40 ms for an ACK.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers, because the process has its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:  # noqa: ANN401 - uvicorn's own signature is a generator
        yield


def _config(site: ASGIApp, trusted_proxies: str) -> uvicorn.Config:
    return uvicorn.Config(
        site,
        http=RequestLimits,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies,
        limit_concurrency=MAX_CONNECTIONS,
        timeout_graceful_shutdown=3,
    )


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
