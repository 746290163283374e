"""Times operations of a store in turn, so that a slow moment of the machine affects all."""

import statistics
import time
from collections.abc import Awaitable, Callable

from core.store.store import Operation, Store

# How often each runs before it is timed, so that statements are compiled and pages are cached.
UNTIMED = 2


async def medians_of(rounds: int, *tasks: Callable[[], Awaitable[object]]) -> tuple[float, ...]:
    """Run the tasks in turn, so many rounds; return the median milliseconds of each."""
    taken: list[list[float]] = [[] for _ in tasks]
    for number in range(UNTIMED + rounds):
        for task, times in zip(tasks, taken, strict=True):
            began = time.perf_counter()
            await task()
            if number >= UNTIMED:
                times.append(1000 * (time.perf_counter() - began))
    return tuple(map(statistics.median, taken))


def reading(store: Store, operation: Operation[object]) -> Callable[[], Awaitable[object]]:
    """Return a task that runs the operation on a connection that only reads."""
    return lambda: store.read(operation)
