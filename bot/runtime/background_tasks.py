"""Runs background tasks, which outlast the response to Slack and are awaited at shutdown."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger()


class BackgroundTasks:
    """Starts background tasks and keeps a reference to each until it has ended."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Start the coroutine as a task; an exception in it is logged by its type."""
        task = asyncio.create_task(self._run(coroutine))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, seconds: float) -> None:
        """Wait for the running tasks, for at most `seconds` seconds."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    async def _run(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        try:
            await coroutine
        except Exception as error:  # noqa: BLE001 - no caller waits for the task to see it
            log.warning("background_task_failed", error=type(error).__name__)
