"""Reads request bodies, with a size limit for each body and one for all long bodies together."""

from starlette.requests import ClientDisconnect
from starlette.types import Receive

# The product's own forms stay below this; so they are read however many long bodies arrive.
SHORT_BODY_BYTES = 64 * 1024
# Without it, a thousand connections could fill the memory with a body each.
MAX_LONG_BODIES_BYTES = 64 * 1024 * 1024


class BodyTooLargeError(Exception):
    """The body is longer than it may be."""


class TooManyBodiesError(Exception):
    """Too many long bodies arrive at this moment."""


class BodyReader:
    """Reads bodies into memory, which is bounded whatever strangers send."""

    def __init__(self) -> None:
        self._bytes_of_long_bodies = 0

    async def read(self, receive: Receive, limit: int) -> bytes:
        """Read a whole body.

        Raises:
            BodyTooLargeError: it has more than `limit` bytes.
            TooManyBodiesError: it is long, and there are too many like it.
            ClientDisconnect: the client closed the connection.
        """
        body, counted, more = bytearray(), 0, True
        try:
            while more:
                message = await receive()
                if message["type"] != "http.request":
                    raise ClientDisconnect
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > limit:
                    raise BodyTooLargeError
                if len(body) > SHORT_BODY_BYTES:
                    self._bytes_of_long_bodies += len(body) - counted
                    counted = len(body)
                if counted and self._bytes_of_long_bodies > MAX_LONG_BODIES_BYTES:
                    raise TooManyBodiesError
            return bytes(body)
        finally:
            self._bytes_of_long_bodies -= counted
