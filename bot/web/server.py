"""The HTTP side of the process: Slack's requests, health, and the portal for everything else."""

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
# A modal with everything in it that Slack allows has a tenth of that.
MAX_BODY_BYTES = 4 * 1024 * 1024
# Connections, open ones without a request too; beyond them the answer is 503.
MAX_CONNECTIONS = 1000


class Site:
    """One ASGI application: the path decides who answers.

    Slack's path comes first and passes through nothing else: each layer would cost its answer time.
    """

    def __init__(self, *, slack: ASGIApp | None, portal: ASGIApp, probes: ASGIApp) -> None:
        self._slack = slack
        self._portal = portal
        self._probes = probes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope.get("path")
        if path == SLACK_PATH and self._slack is not None:
            await _bounded(self._slack, scope, receive, send)
        elif path in PATHS and scope["type"] == "http":
            await self._probes(scope, receive, send)
        else:
            await self._portal(scope, receive, send)


class _TooLargeError(Exception):
    """More than Slack ever sends."""


async def _bounded(slack: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    # Bolt reads the whole body before it looks at the signature.
    received = 0

    async def bounded() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > MAX_BODY_BYTES:
            raise _TooLargeError
        return message

    try:
        await slack(scope, bounded, send)
    except _TooLargeError:
        refusal = PlainTextResponse("too large\n", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        await refusal(scope, receive, send)
    except Exception as stumble:  # noqa: BLE001 - of another shape than any that Slack sends
        log.warning("request_not_understood", error=type(stumble).__name__)
        await PlainTextResponse("not understood\n", HTTPStatus.BAD_REQUEST)(scope, receive, send)


@asynccontextmanager
async def serving(
    site: ASGIApp, host: str, port: int, trusted_proxies: str = ""
) -> AsyncIterator[int]:
    """Serve the site until the block ends; yields the port, which 0 leaves to the system.

    A client's address is what a trusted proxy says it is, and else where the connection comes from.
    """
    listening = listening_at(host, port)
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


def listening_at(host: str, port: int) -> socket.socket:
    """Return a socket that listens there, and whose connections hold no small packet back."""
    listening = socket.create_server((host, port), family=_family(host), reuse_port=False)
    # Connections inherit it; asyncio leaves it out, and then each page waits 40 ms for an ACK.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers: the process has its own."""

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
