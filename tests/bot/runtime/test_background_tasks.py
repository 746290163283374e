"""Work that follows an answer."""

import asyncio
import io

from bot.monitoring.logs import set_up_logs
from bot.runtime.background_tasks import BackgroundTasks


async def test_drain_waits_for_started_tasks() -> None:
    done: list[int] = []
    later = BackgroundTasks()

    async def work(number: int) -> None:
        await asyncio.sleep(0.01)
        done.append(number)

    later(work(1))
    later(work(2))
    await later.drain(5)

    assert sorted(done) == [1, 2]
    await later.drain(5)


async def test_an_exception_in_a_task_is_logged_by_its_type_alone() -> None:
    stream = io.StringIO()
    set_up_logs(stream)
    later = BackgroundTasks()

    async def work() -> None:
        raise LookupError("hunter2")

    later(work())
    await later.drain(5)

    assert "LookupError" in stream.getvalue()
    assert "hunter2" not in stream.getvalue()
