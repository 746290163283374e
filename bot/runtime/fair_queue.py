"""A queue for costly work, in which the many requests of one client do not delay the others."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class FairQueue:
    """Admits a limited number of requests at a time, and only one of each client.

    A client is an address or a user, for example; `client_key` says which. Its requests run one by
    one, so that only one of them at a time waits among those of other clients, and a count of the
    client's failures between two turns is exact.
    """

    def __init__(self, places: int, most_waiting: int) -> None:
        self._places = asyncio.Semaphore(places)
        self._most_waiting = most_waiting
        self._clients: dict[Hashable, _ClientQueue] = {}
        self._inside = 0

    @property
    def waiting(self) -> int:
        """Return the number of requests that wait for their turn, of all clients."""
        return sum(each.members for each in self._clients.values()) - self._inside

    def is_full(self, client_key: Hashable) -> bool:
        """Return whether the client's queue, or that of all, is so long that work is refused."""
        own = self._clients.get(client_key)
        members, clients = 0 if own is None else own.members, len(self._clients)
        return max(members, clients if own is None else 0) >= self._most_waiting

    @asynccontextmanager
    async def turn(self, client_key: Hashable) -> AsyncIterator[None]:
        """Wait for the turn, and hold it until the block ends."""
        own = self._clients.setdefault(client_key, _ClientQueue())
        own.members += 1
        try:
            async with own.lock, self._places:
                self._inside += 1
                try:
                    yield
                finally:
                    self._inside -= 1
        finally:
            own.members -= 1
            if own.members == 0:
                del self._clients[client_key]


class _ClientQueue:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.members = 0
