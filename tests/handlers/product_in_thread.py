"""Runs the product in a thread of its own, for tests that are not asynchronous."""

from __future__ import annotations

import asyncio
import io
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bot.demo.demo import Demo, DemoOptions, running_demo
from bot.monitoring.logs import set_up_logs
from core.passwords.hashing import Hasher
from tests.bot.log_capture import log_to_memory

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator
    from typing import Any

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ThreadedProduct:
    """The product in its own thread, and its logs."""

    demo: Demo
    loop: asyncio.AbstractEventLoop
    logs: io.StringIO

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run the coroutine in the product's event loop, and return its result."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)


@contextmanager
def running_product(database_url: str | None = None) -> Iterator[ThreadedProduct]:
    """Run the product beside its sandbox until the block ends.

    Without a URL it has an SQLite file of its own.
    """
    log_to_memory()
    ready, ended, found = threading.Event(), asyncio.Event(), []
    loop, logs = asyncio.new_event_loop(), io.StringIO()

    async def serve() -> None:
        hasher = Hasher(memory_kib=8, rounds=1)
        demo_options = DemoOptions(
            0,
            0,
            socket_mode=False,
            database_url=database_url,
            hasher=hasher,
            real_rate_limits=False,
        )
        async with running_demo(demo_options) as demo:
            found.append(demo)
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(30)
    set_up_logs(logs)
    yield ThreadedProduct(found[0], loop, logs)
    loop.call_soon_threadsafe(ended.set)
    thread.join(30)
    loop.close()
    log_to_memory()
