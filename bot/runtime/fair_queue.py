"""A queue for costly work, in which the many requests of one client do not delay the others."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class FairQueue:
    """Admits a limited number of requests at a time, and only one of each lane.

    A lane is the requests of one client, such as an address or a user. They run one by one, so
    that only one of them at a time waits among the other lanes, and a count of the lane's failures
    between two turns is exact.
    """

    def __init__(self, places: int, most_waiting: int) -> None:
        self._places = asyncio.Semaphore(places)
        self._most_waiting = most_waiting
        self._lanes: dict[Hashable, _Lane] = {}
        self._inside = 0

    @property
    def waiting(self) -> int:
        """Return the number of requests that wait for their turn, in all lanes."""
        return sum(lane.members for lane in self._lanes.values()) - self._inside

    def is_full(self, lane: Hashable) -> bool:
        """Return whether the lane, or the queue of all lanes, is so long that work is refused."""
        own = self._lanes.get(lane)
        members, lanes = 0 if own is None else own.members, len(self._lanes)
        return max(members, lanes if own is None else 0) >= self._most_waiting

    @asynccontextmanager
    async def turn(self, lane: Hashable) -> AsyncIterator[None]:
        """Wait for the turn, and hold it until the block ends."""
        own = self._lanes.setdefault(lane, _Lane())
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
                del self._lanes[lane]


class _Lane:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.members = 0
