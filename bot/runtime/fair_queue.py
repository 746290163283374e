"""A queue for costly work, in which nobody waits behind another's crowd."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class FairQueue:
    """Admits a few at a time, and of each lane one at a time.

    A lane is whoever the work is for, such as a client address or a user. The members of a lane
    wait for each other first, so that however many they are, only one of them stands in the queue
    of all lanes. What a lane counts between two turns, such as failures, is exact.
    """

    def __init__(self, places: int, most_waiting: int) -> None:
        self._places = asyncio.Semaphore(places)
        self._most_waiting = most_waiting
        self._lanes: dict[Hashable, _Lane] = {}
        self._inside = 0

    @property
    def waiting(self) -> int:
        """Return how many wait for their turn, in all lanes."""
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
