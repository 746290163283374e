"""Tests that background tasks are drained, and that their exceptions are logged."""

import asyncio
import io

from bot.monitoring.logs import set_up_logs
from bot.runtime.background_tasks import BackgroundTasks


async def test_drain_waits_for_started_tasks() -> None:
    done: list[int] = []
    start_task = BackgroundTasks()

    async def step(number: int) -> None:
        await asyncio.sleep(0.01)
        done.append(number)

    start_task(step(1))
    start_task(step(2))
    await start_task.drain(5)

    assert sorted(done) == [1, 2]
    await start_task.drain(5)


async def test_an_exception_in_a_task_is_logged_by_its_type_alone() -> None:
    stream = io.StringIO()
    set_up_logs(stream)
    start_task = BackgroundTasks()

    async def step() -> None:
        raise LookupError("hunter2")

    start_task(step())
    await start_task.drain(5)

    assert "LookupError" in stream.getvalue()
    assert "hunter2" not in stream.getvalue()
