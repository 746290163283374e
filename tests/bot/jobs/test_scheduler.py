"""Tests that the scheduler runs due jobs once, and logs and retries failed ones."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from structlog.testing import capture_logs

from bot.jobs import scheduler as scheduler_module
from bot.jobs.scheduler import Job, Scheduler
from core.jobs import rows
from core.jobs.rules import LEASE_TIME, JobState, Recurrence
from tests.bot.flaky_store import CountingStore, FlakyStore
from tests.times import NOON

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import pytest

    from core.store.store import Store

HOURLY = Recurrence(timedelta(hours=1))


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment


class CountingJob:
    """Counts its runs; it can fail a number of times, or wait."""

    def __init__(self, *, failures: int = 0, waits: bool = False) -> None:
        self.done = 0
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()
        self._failures = failures
        self._waits = waits

    async def __call__(self) -> None:
        self.begun.set()
        if self._failures:
            self._failures -= 1
            raise OSError("the mailbox of ada@authority.example is full")
        if self._waits:
            await self.go_on.wait()
        self.done += 1


def new_scheduler(
    store: Store, job: Callable[[], Awaitable[None]], clock: Clock | None = None
) -> Scheduler:
    return Scheduler(store, clock or Clock(), (Job("sweep", HOURLY, job),))


async def job_state(store: Store) -> JobState:
    found = await store.read(lambda tx: rows.find(tx, "sweep"))
    assert found is not None
    return found


async def test_a_job_runs_at_the_start_and_then_at_its_interval(store: Store) -> None:
    job, clock = CountingJob(), Clock()
    scheduler = new_scheduler(store, job, clock)
    await scheduler.start()
    await scheduler.wait()
    for minutes in (30, 59, 60):
        clock.moment = NOON + timedelta(minutes=minutes)
        await scheduler.tick()
        await scheduler.wait()
    await scheduler.stop(1)

    assert job.done == 2
    assert (await job_state(store)).succeeded_at == NOON + timedelta(hours=1)


async def test_a_start_registers_all_jobs_in_one_transaction(store: Store) -> None:
    counting = CountingStore(store)
    jobs = tuple(Job(f"sweep {number}", HOURLY, CountingJob()) for number in range(8))
    first, second = Scheduler(store, Clock(), jobs), Scheduler(counting, Clock(), jobs)
    await first.start()
    await first.wait()

    await second.start()

    assert counting.writes == 1
    assert len(await store.read(rows.all_jobs)) == len(jobs)
    await first.stop(1)
    await second.stop(1)


async def test_a_job_that_was_missed_often_runs_once(store: Store) -> None:
    job, clock = CountingJob(), Clock()
    scheduler = new_scheduler(store, job, clock)
    await scheduler.start()
    await scheduler.wait()
    clock.moment = NOON + timedelta(days=3)
    await scheduler.tick()
    await scheduler.tick()
    await scheduler.wait()
    await scheduler.stop(1)

    assert job.done == 2


async def test_one_of_three_processes_runs_a_due_job(store: Store) -> None:
    job = CountingJob()
    schedulers = [new_scheduler(store, job) for _ in range(3)]

    await asyncio.gather(*[one.start() for one in schedulers])
    for one in schedulers:
        await one.wait()
        await one.stop(1)

    assert job.done == 1


async def test_a_failed_job_is_logged_counted_and_retried(store: Store) -> None:
    job, clock = CountingJob(failures=1), Clock()
    scheduler = new_scheduler(store, job, clock)
    with capture_logs() as logs:
        await scheduler.start()
        await scheduler.wait()
    failed = await job_state(store)
    clock.moment = NOON + timedelta(minutes=1)
    await scheduler.tick()
    await scheduler.wait()
    await scheduler.stop(1)

    assert logs == [
        {"event": "job_failed", "job": "sweep", "error": "OSError", "log_level": "warning"}
    ]
    assert (failed.failures, failed.error, failed.succeeded_at) == (1, "OSError", None)
    assert job.done == 1
    assert (await job_state(store)).failures == 0


async def test_a_cancelled_job_is_due_again_at_once(store: Store) -> None:
    slow = CountingJob(waits=True)
    scheduler = new_scheduler(store, slow)
    await scheduler.start()
    await slow.begun.wait()

    await scheduler.stop(0.05)

    after = CountingJob()
    again = new_scheduler(store, after)
    await again.start()
    await again.wait()
    await again.stop(1)
    assert (slow.done, after.done) == (0, 1)


async def test_stop_waits_for_a_running_job(store: Store) -> None:
    slow = CountingJob(waits=True)
    scheduler = new_scheduler(store, slow)
    await scheduler.start()
    await slow.begun.wait()
    slow.go_on.set()

    await scheduler.stop(5)

    assert slow.done == 1
    assert (await job_state(store)).succeeded_at == NOON


async def test_a_long_job_renews_its_lease(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler_module, "LEASE_TIME", timedelta(milliseconds=30))
    slow, clock = CountingJob(waits=True), Clock()
    scheduler, other = new_scheduler(store, slow, clock), new_scheduler(store, CountingJob(), clock)
    await scheduler.start()
    await slow.begun.wait()
    clock.moment = NOON + LEASE_TIME * 2
    await asyncio.sleep(0.2)

    await other.tick()

    assert (await job_state(store)).started_at == NOON
    slow.go_on.set()
    await scheduler.stop(5)


async def test_an_unreachable_database_is_queried_again_at_the_next_tick(store: Store) -> None:
    job = CountingJob()
    flaky = FlakyStore(store, set(), reads={1})
    scheduler = new_scheduler(flaky, job)
    with capture_logs() as logs:
        await scheduler.start()
        await scheduler.tick()
        await scheduler.wait()
    await scheduler.stop(1)

    assert [entry["event"] for entry in logs] == ["jobs_not_checked"]
    assert "hunter2" not in str(logs)
    assert job.done == 1


async def test_a_job_whose_result_is_not_saved_runs_again_after_its_lease(store: Store) -> None:
    job, clock = CountingJob(), Clock()
    # The third write records the success.
    scheduler = new_scheduler(FlakyStore(store, {3}), job, clock)
    await scheduler.start()
    await scheduler.wait()
    assert (await job_state(store)).succeeded_at is None
    clock.moment = NOON + LEASE_TIME
    await scheduler.tick()
    await scheduler.wait()
    await scheduler.stop(1)

    assert job.done == 2
    assert (await job_state(store)).succeeded_at == clock.moment
