"""Tests that setting the clock neither stops a job nor runs it twice (B03, C1, C3)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from apscheduler.schedulers import base as apscheduler_base
from structlog.testing import capture_logs

from bot.jobs import scheduler as scheduler_module
from bot.jobs.scheduler import Job, Scheduler
from core.jobs import rows, service
from core.jobs.rules import LEASE_TIME, Recurrence
from tests.bot.flaky_store import CountingStore
from tests.times import NOON

if TYPE_CHECKING:
    from core.store.store import Store

OFTEN = Recurrence(timedelta(minutes=2))
NIGHTLY = Recurrence(at=time(2))
FAR = timedelta(days=400)
DAY = timedelta(days=1)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment


class Runs:
    """Two jobs, one every two minutes and one each night, that count their runs."""

    def __init__(self) -> None:
        self.often = 0
        self.nightly = 0

    async def run_often(self) -> None:
        self.often += 1

    async def run_nightly(self) -> None:
        self.nightly += 1

    def jobs(self) -> tuple[Job, Job]:
        return Job("often", OFTEN, self.run_often), Job("nightly", NIGHTLY, self.run_nightly)


async def ticked_at(scheduler: Scheduler, clock: Clock, moment: datetime) -> None:
    clock.moment = moment
    await scheduler.tick()
    await scheduler.wait()


async def restarted(store: Store, clock: Clock, runs: Runs) -> Scheduler:
    scheduler = Scheduler(store, clock, runs.jobs())
    await scheduler.start()
    await scheduler.wait()
    return scheduler


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("ahead", [FAR, timedelta(days=366), timedelta(hours=3)])
async def test_jobs_go_on_after_a_clock_was_ahead_for_a_minute(
    store: Store, ahead: timedelta, *, restart: bool
) -> None:
    """A job whose next moment lies further ahead than its rhythm is due now (B03)."""
    clock, runs = Clock(), Runs()
    scheduler = await restarted(store, clock, runs)
    await ticked_at(scheduler, clock, NOON + ahead)
    if restart:
        await scheduler.stop(1)
        clock.moment = NOON + timedelta(minutes=1)
        scheduler = await restarted(store, clock, runs)
    before = runs.often, runs.nightly

    for hour in range(1, 3 * 24 + 1):
        await ticked_at(scheduler, clock, NOON + timedelta(hours=hour))
    await scheduler.stop(1)

    assert runs.often - before[0] == 3 * 24
    assert runs.nightly - before[1] in {3, 4}


@pytest.mark.parametrize("restart", [False, True])
async def test_jobs_go_on_after_a_clock_was_set_back(store: Store, *, restart: bool) -> None:
    """A stored due time is never believed further ahead than the interval (B03)."""
    clock, runs = Clock(), Runs()
    scheduler = await restarted(store, clock, runs)
    clock.moment = NOON - DAY
    if restart:
        await scheduler.stop(1)
        scheduler = await restarted(store, clock, runs)
    for hour in range(1, 49):
        await ticked_at(scheduler, clock, NOON - DAY + timedelta(hours=hour))
    await scheduler.stop(1)

    assert runs.often >= 1 + 48
    assert runs.nightly in {2, 3}


async def test_a_job_that_keeps_failing_waits_for_its_backoff(store: Store) -> None:
    """A backoff may be longer than the interval, and is believed all the same."""
    clock, tries = Clock(), 0

    async def fail() -> None:
        nonlocal tries
        tries += 1
        raise OSError

    scheduler = Scheduler(store, clock, (Job("often", OFTEN, fail),))
    await scheduler.start()
    await scheduler.wait()
    for minute in range(1, 61):
        await ticked_at(scheduler, clock, NOON + timedelta(minutes=minute))
    await scheduler.stop(1)

    # At the start, then after 1, 2, 4, 8, 16 minutes; the next wait is 32 minutes.
    assert tries == 6


async def test_a_lease_that_a_clock_far_ahead_gave_holds_nobody_up(store: Store) -> None:
    """A process that died while the clock was ahead leaves no job behind (B03)."""
    clock, runs = Clock(), Runs()
    scheduler = await restarted(store, clock, runs)
    await store.write(lambda tx: service.claim(tx, "often", NOON + FAR))

    await ticked_at(scheduler, clock, NOON + LEASE_TIME)
    await scheduler.stop(1)

    assert runs.often == 2


@pytest.mark.parametrize("step", [timedelta(days=366), -DAY, timedelta(seconds=61)])
async def test_a_step_of_the_clock_starts_no_running_job_again(
    store: Store, step: timedelta
) -> None:
    """A process never claims what it has in hand, whatever the clock says (B03)."""
    clock, begun, go_on = Clock(), 0, asyncio.Event()

    async def run() -> None:
        nonlocal begun
        begun += 1
        await go_on.wait()

    scheduler = Scheduler(store, clock, (Job("often", OFTEN, run),))
    await scheduler.start()
    for _ in range(3):
        clock.moment += step
        await scheduler.tick()
    go_on.set()
    await scheduler.stop(5)

    assert begun == 1


class MachineClock:
    """The clock of the machine, which APScheduler reads too, and which can be set."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.ahead = timedelta(0)
        outer = self

        class SetDatetime(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> Any:  # noqa: ANN401 - as in the standard library
                return datetime.now(tz) + outer.ahead

        patch.setattr(apscheduler_base, "datetime", SetDatetime)
        for module in ("bot.jobs.scheduler", "bot.jobs.steady_job_store"):
            patch.setattr(f"{module}.datetime", SetDatetime, raising=False)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


async def test_the_triggers_go_on_firing_when_the_machines_clock_is_set(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that jumps back or forward never stops the ticking (B03, decision 6)."""
    monkeypatch.setattr(scheduler_module, "TICK_SECONDS", 0.05)
    clock, ran = MachineClock(monkeypatch), asyncio.Event()

    async def run() -> None:
        ran.set()

    often = Recurrence(timedelta(milliseconds=20))
    scheduler = Scheduler(store, clock, (Job("often", often, run),))
    await scheduler.start()
    with capture_logs() as logs:
        for ahead in (timedelta(0), FAR, timedelta(0), -DAY, timedelta(0)):
            clock.ahead = ahead
            for _ in range(3):
                ran.clear()
                async with asyncio.timeout(10):
                    await ran.wait()
    await scheduler.stop(1)

    steps = [entry["seconds"] for entry in logs if entry["event"] == "clock_stepped"]
    assert [round(seconds / 86_400) for seconds in steps] == [400, -400, -1, 1]


async def test_each_job_has_a_trigger_of_its_own_in_utc(store: Store) -> None:
    """APScheduler carries each job as a job of its own (C1, C3, decision 6)."""
    clock, runs = Clock(), Runs()
    scheduler = await restarted(store, clock, runs)
    carried = {job.id: job for job in scheduler._timer.get_jobs()}  # noqa: SLF001 - what it carries
    await scheduler.stop(1)

    assert set(carried) == {"often", "nightly"}
    assert str(carried["often"].trigger) == "interval[0:02:00]"
    assert str(carried["nightly"].trigger) == "cron[hour='2', minute='0', second='0']"
    for job in carried.values():
        assert job.trigger.timezone == UTC
        assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)


async def test_a_look_with_nothing_due_reads_once_and_writes_nothing(store: Store) -> None:
    clock, runs = Clock(), Runs()
    counting = CountingStore(store)
    scheduler = await restarted(counting, clock, runs)
    counting.reads = counting.writes = 0

    await scheduler.tick()
    await scheduler.stop(1)

    assert (counting.reads, counting.writes) == (1, 0)


async def test_a_late_job_is_logged_once_until_it_is_in_time_again(store: Store) -> None:
    """A job later than twice its interval is a warning in the log (B03)."""
    clock, runs = Clock(), Runs()
    scheduler = await restarted(store, clock, runs)
    # Another process holds the job and does not finish it.
    clock.moment = NOON + timedelta(minutes=2)
    await store.write(lambda tx: service.claim(tx, "often", clock.moment))
    with capture_logs() as logs:
        for minutes in (3, 5, 6):
            await ticked_at(scheduler, clock, NOON + timedelta(minutes=minutes))
        # Its lease has expired.
        await ticked_at(scheduler, clock, NOON + timedelta(minutes=8))
        await ticked_at(scheduler, clock, NOON + timedelta(minutes=9))
    await scheduler.stop(1)

    assert [entry for entry in logs if entry["event"] == "job_late"] == [
        {"event": "job_late", "job": "often", "last": NOON.isoformat(), "log_level": "warning"}
    ]
    assert runs.often == 2


async def test_outcomes_of_jobs_are_counted(store: Store) -> None:
    clock, seen = Clock(), []

    async def fail() -> None:
        raise OSError

    async def succeed() -> None:
        return

    jobs = (Job("well", OFTEN, succeed), Job("ill", OFTEN, fail))
    scheduler = Scheduler(store, clock, jobs, lambda *outcome: seen.append(outcome))
    await scheduler.start()
    await scheduler.wait()
    await scheduler.stop(1)

    assert sorted(seen) == [("ill", "failed"), ("well", "succeeded")]


async def test_a_job_that_another_process_left_is_taken_up_before_its_trigger_fires(
    store: Store,
) -> None:
    """A nightly job whose process died is fired when the lease ends, not a day later."""
    clock, runs = Clock(), Runs()
    scheduler = await restarted(store, clock, runs)
    clock.moment = NOON.replace(hour=2) + DAY
    await store.write(lambda tx: service.claim(tx, "nightly", clock.moment))

    await scheduler.tick()

    carried = scheduler._timer.get_job("nightly")  # noqa: SLF001 - what it carries
    assert carried.next_run_time - datetime.now(UTC) <= LEASE_TIME
    await scheduler.stop(1)
    assert (await store.read(lambda tx: rows.find(tx, "nightly"))) is not None
