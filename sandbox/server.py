"""The HTTP server, on one loopback port, that serves all routes of the sandbox."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.listening import stop_accepting

if TYPE_CHECKING:
    from collections.abc import Iterable

HOST = "127.0.0.1"
# Seconds; what still runs then is a planned time-out or a long poll of the page.
SHUTDOWN_TIMEOUT = 0.1
MAX_REQUEST_BYTES = 20_000_000  # the largest requests are file uploads


class Server:
    """Serves the given routes on 127.0.0.1."""

    def __init__(self, routes: Iterable[web.AbstractRouteDef]) -> None:
        self.port = 0
        self._routes = list(routes)
        self._runner: web.AppRunner | None = None
        self._listening: socket.socket | None = None

    @property
    def url(self) -> str:
        """Return the base URL, with a slash at the end."""
        return f"http://{HOST}:{self.port}/"

    async def start(self, port: int) -> None:
        """Listen on `port`, or on a free port for 0; OSError if it is taken."""
        app = web.Application(client_max_size=MAX_REQUEST_BYTES)
        app.add_routes(self._routes)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_TIMEOUT)
        await self._runner.setup()
        self._listening = socket.create_server((HOST, port))
        await web.SockSite(self._runner, self._listening).start()
        self.port = self._listening.getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and drop unfinished requests."""
        if self._listening:
            await stop_accepting([self._listening])
            self._listening = None
        if self._runner:
            await self._runner.cleanup()
            self._runner = None
