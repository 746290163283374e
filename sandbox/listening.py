"""Stops listening without losing the connections that come in at the same moment."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable


class ListeningSocket(Protocol):
    """A socket, or what asyncio shows of the socket of a server."""

    def fileno(self) -> int:
        """Return the file descriptor."""


async def stop_accepting(sockets: Iterable[ListeningSocket]) -> None:
    """Accept no new connections, and let those just accepted reach their server.

    To be called before the server is closed: asyncio never closes a connection whose server was
    closed after it was accepted and before its transport was made.
    """
    loop = asyncio.get_running_loop()
    for listening in sockets:
        loop.remove_reader(listening.fileno())
    await asyncio.sleep(0)
