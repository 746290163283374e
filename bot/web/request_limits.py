"""A connection that waits only so long, and reads only so much, for a request to arrive."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Ours and Slack's come in one piece; browsers stay well below this with all their cookies.
MAX_HEADER_BYTES = 64 * 1024
REQUEST_TIMEOUT_SECONDS = 10.0


class RequestLimits(HttpToolsProtocol):
    """Uvicorn bounds neither; whoever dribbles holds a connection, whoever pours fills memory."""

    _deadline: asyncio.TimerHandle | None = None
    _head = 0
    _in_body = False
    _steps = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Read on; what a request's head ended in is not counted."""
        steps = self._steps
        if self._deadline is None:
            self._wait()
        super().data_received(data)
        if self._steps == steps and not self._in_body:
            self._head += len(data)
            if self._head > MAX_HEADER_BYTES:
                self.transport.close()

    def on_headers_complete(self) -> None:
        """Begin with the body, or with the answer."""
        self._head, self._in_body = 0, True
        self._steps += 1
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Stop waiting: from here on it is our time."""
        self._in_body = False
        self._steps += 1
        self._stop_waiting()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._deadline = self.loop.call_later(REQUEST_TIMEOUT_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
