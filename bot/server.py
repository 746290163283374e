"""The HTTP side of the process: Slack's requests, health, and the portal for everything else."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

SLACK_PATH = "/slack/events"

Probe = Callable[[], Awaitable[bool]]


class Site:
    """One ASGI application: the path decides who answers.

    Slack's path comes first and passes through nothing else: each layer would cost its answer time.
    """

    def __init__(self, *, slack: ASGIApp | None, portal: ASGIApp, is_ready: Probe) -> None:
        self._slack = slack
        self._portal = portal
        self._is_ready = is_ready

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope.get("path")
        if path == SLACK_PATH and self._slack is not None:
            await self._slack(scope, receive, send)
        elif path in {"/healthz", "/readyz"} and scope["type"] == "http":
            answer = await self._health(Request(scope, receive))
            await answer(scope, receive, send)
        else:
            await self._portal(scope, receive, send)

    async def _health(self, request: Request) -> Response:
        if request.url.path == "/healthz" or await self._is_ready():
            return PlainTextResponse("ok\n")
        return PlainTextResponse("not ready\n", 503)


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
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies,
        timeout_graceful_shutdown=8,
    )


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
