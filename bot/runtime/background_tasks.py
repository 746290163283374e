"""Work that follows an answer: started at once, finished before the process ends."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger()


class BackgroundTasks:
    """Keeps hold of tasks that nobody waits for."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self, work: Coroutine[Any, Any, Any]) -> None:
        """Start the work; what it raises is logged by its type."""
        task = asyncio.create_task(self._carry_out(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, seconds: float) -> None:
        """Wait for what was started, at most so long."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    async def _carry_out(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except Exception as surprise:  # noqa: BLE001 - nobody else would hear of it
            log.warning("later_failed", error=type(surprise).__name__)
