"""The HTTP server, which passes requests to Slack's handler, the health endpoints or the portal."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.connection_limits import ConnectionLimits
from bot.web.health_endpoints import LIVENESS_PATH, PATHS
from bot.web.request_limits import RequestLimits
from bot.web.request_shares import ShareOfClients, ShareOfConnections
from bot.web.slack_addresses import SlackAddresses
from bot.web.slack_requests import SLACK_PATH

# Longer than reverse proxies keep an idle connection to us (Caddy: two minutes): a request on one
# that we close in the same moment would be lost. Those above the limits are closed earlier.
KEEP_ALIVE_SECONDS = 150


class Site:
    """The ASGI application that picks one of three applications by the request's path.

    Slack's path is checked first; the other two share what Slack leaves of the connections, but
    a busy process still says that it is alive.
    """

    def __init__(self, *, slack: ASGIApp | None, portal: ASGIApp, health: ASGIApp) -> None:
        self._slack = slack
        self._portal = portal
        self._health = health
        self._others = ShareOfConnections(self._call_other)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope.get("path")
        if path == SLACK_PATH and self._slack is not None and scope["type"] == "http":
            await self._slack(scope, receive, send)
        elif path == LIVENESS_PATH and scope["type"] == "http":
            await self._health(scope, receive, send)
        else:
            await self._others(scope, receive, send)

    async def _call_other(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") in PATHS and scope["type"] == "http":
            await self._health(scope, receive, send)
        else:
            await self._portal(scope, receive, send)


class CannotListenError(RuntimeError):
    """The HTTP server cannot listen; the text names the setting and says what to do."""


@asynccontextmanager
async def serving(
    site: ASGIApp,
    host: str,
    port: int,
    trusted_proxies: str = "",
    slack: SlackAddresses | None = None,
) -> AsyncIterator[int]:
    """Serve the site until the block ends; yield the port. With port 0 the system picks one.

    A client's address comes from a trusted proxy's header, otherwise from the connection. Each
    address has a share of the connections and requests, except those of Slack.
    """
    listening = listen(host, port)
    addresses = slack or SlackAddresses()
    limits = ConnectionLimits(trusted_proxies, addresses)
    server = _Server(_config(ShareOfClients(site, addresses), trusted_proxies, limits))
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
    """Return a listening socket whose connections send small packets at once (TCP_NODELAY).

    Raises:
        CannotListenError: the port is taken or needs privileges, or the address is not ours.
    """
    try:
        listening = socket.create_server((host, port), family=_family(host), reuse_port=False)
    except (OSError, UnicodeError) as error:
        raise CannotListenError(_why_not(error, host, port)) from None
    # Connections inherit the option. asyncio does not set it for sockets that are handed to it,
    # and each page would then wait 40 ms for an ACK.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers, because the process has its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:  # noqa: ANN401 - uvicorn's own signature is a generator
        yield


def _config(site: ASGIApp, trusted_proxies: str, limits: ConnectionLimits) -> uvicorn.Config:
    # Uvicorn calls it to make a protocol; its type asks for a class.
    protocol = cast("type[asyncio.Protocol]", partial(RequestLimits, connection_limits=limits))
    return uvicorn.Config(
        site,
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=3,
    )


def _why_not(error: OSError | UnicodeError, host: str, port: int) -> str:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return (
            f"IMI_HTTP_PORT: something listens on {host}, port {port} already. Stop it (another"
            " `imi-bot run`?), or choose another port."
        )
    if number in {errno.EACCES, errno.EPERM}:
        return (
            f"IMI_HTTP_PORT: port {port} needs privileges. Choose one above 1023 and let the"
            " reverse proxy listen on 443."
        )
    return f"IMI_HTTP_HOST: this machine has no address {host}. Use 127.0.0.1, or 0.0.0.0 for all."


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
