"""Tests that many requests of one client do not delay the others in the queue."""

import asyncio
from collections.abc import Hashable

import pytest

from bot.runtime.fair_queue import FairQueue


class Visits:
    """Records who had a turn, and how many at the same time."""

    def __init__(self, queue: FairQueue) -> None:
        self.queue = queue
        self.order: list[Hashable] = []
        self.inside: list[Hashable] = []
        self.most = 0

    async def visit(self, client_key: Hashable) -> None:
        async with self.queue.turn(client_key):
            assert client_key not in self.inside
            self.inside.append(client_key)
            self.most = max(self.most, len(self.inside))
            await asyncio.sleep(0)
            self.inside.remove(client_key)
            self.order.append(client_key)


async def test_a_newcomer_waits_for_one_of_a_crowd_at_most() -> None:
    visits = Visits(FairQueue(places=1, most_waiting=500))
    crowd = [asyncio.create_task(visits.visit("crowd")) for _ in range(260)]
    await asyncio.sleep(0)

    await visits.visit("newcomer")

    assert visits.order.count("crowd") <= 2
    await asyncio.gather(*crowd)
    assert visits.order.count("crowd") == 260


async def test_only_as_many_as_there_are_places_are_inside() -> None:
    visits = Visits(FairQueue(places=2, most_waiting=500))

    await asyncio.gather(*(visits.visit(client_key) for client_key in range(20)))

    assert visits.most == 2


async def test_the_full_queue_of_a_client_and_a_full_queue_are_told() -> None:
    queue, end = FairQueue(places=1, most_waiting=3), asyncio.Event()

    async def stay(client_key: str) -> None:
        async with queue.turn(client_key):
            await end.wait()

    tasks = [asyncio.create_task(stay("one")) for _ in range(3)]
    await asyncio.sleep(0)
    assert (queue.is_full("one"), queue.is_full("another")) == (True, False)

    tasks += [asyncio.create_task(stay(client_key)) for client_key in ("two", "three")]
    await asyncio.sleep(0)

    assert (queue.is_full("two"), queue.is_full("another")) == (False, True)
    assert queue.waiting == 4
    end.set()
    await asyncio.gather(*tasks)
    assert (queue.waiting, queue.is_full("another")) == (0, False)


@pytest.mark.parametrize("place", ["in the client's queue", "in the queue", "inside"])
async def test_who_leaves_gives_up_the_place(place: str) -> None:
    queue = FairQueue(places=1, most_waiting=3)
    end = asyncio.Event()

    async def stay(client_key: str) -> None:
        async with queue.turn(client_key):
            await end.wait()

    first = asyncio.create_task(stay("one"))
    await asyncio.sleep(0)
    second = asyncio.create_task(stay("one" if place == "in the client's queue" else "two"))
    await asyncio.sleep(0)
    leaver = first if place == "inside" else second

    leaver.cancel()
    end.set()
    await asyncio.gather(first, second, return_exceptions=True)

    assert leaver.cancelled()
    async with asyncio.timeout(5), queue.turn("one"):
        assert queue.waiting == 0
