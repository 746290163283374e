"""Limits the size of request headers, and the time in which headers and bodies must arrive."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from bot.web.connection_limits import ConnectionLimits

# Slack's headers and ours are far smaller; browsers stay below this with all their cookies.
MAX_HEADER_BYTES = 64 * 1024
REQUEST_TIMEOUT_SECONDS = 10.0


class RequestLimits(HttpToolsProtocol):
    """Closes connections that are too many, or whose request is too slow or has a large header.

    Uvicorn limits none of them: a slow client would hold a connection, an endless header would
    fill memory, and one client could hold all connections.
    """

    _deadline: asyncio.TimerHandle | None = None
    _header_bytes = 0
    _in_body = False
    # Counts finished headers and bodies, to notice that a chunk of data ended one of them.
    _steps = 0

    def __init__(self, *, connection_limits: ConnectionLimits, **uvicorns: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(**uvicorns)
        self._connection_limits = connection_limits

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the timeout for the first request, and count the connection."""
        super().connection_made(transport)
        self._start_timeout()
        if self.client is not None:
            self._connection_limits.add(self, self.client[0])

    def is_waiting(self) -> bool:
        """Return whether the client has yet to send a request, or the rest of one."""
        # None before the first request, which uvicorn's own type leaves out.
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete or cycle.more_body

    def drop(self) -> None:
        """Close the connection."""
        self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Parse the data; count it, unless it ended a header or belongs to a body."""
        steps = self._steps
        if self._deadline is None:
            self._start_timeout()
        super().data_received(data)
        if self._steps == steps and not self._in_body:
            self._header_bytes += len(data)
            if self._header_bytes > MAX_HEADER_BYTES:
                self.transport.close()

    def on_headers_complete(self) -> None:
        """Reset the count: the header has ended."""
        self._header_bytes, self._in_body = 0, True
        self._steps += 1
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Cancel the timeout: the request has arrived, and answering it takes our own time."""
        self._in_body = False
        self._steps += 1
        self._cancel_timeout()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the timeout, and count the connection no longer."""
        self._connection_limits.remove(self)
        self._cancel_timeout()
        super().connection_lost(exc)

    def _start_timeout(self) -> None:
        self._deadline = self.loop.call_later(REQUEST_TIMEOUT_SECONDS, self.transport.close)

    def _cancel_timeout(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
