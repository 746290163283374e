"""An operation that blocks a thread of the store on SQLite, and a check that threads end."""

import asyncio
import threading

from sqlalchemy import Connection


class Blocked:
    """An operation that runs until it is released."""

    def __init__(self) -> None:
        self.begun, self.released = threading.Event(), threading.Event()

    def __call__(self, _: Connection) -> bool:
        self.begun.set()
        return self.released.wait(10)


async def all_end(threads: set[threading.Thread]) -> None:
    """Check that each of the threads ends soon."""
    for thread in threads:
        await asyncio.to_thread(thread.join, 10)
        assert not thread.is_alive()
