"""Runs the scheduled jobs: APScheduler wakes it, and the database says which jobs are due.

A process leases a job in the database for a limited time, so that no other one runs it too.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobEvent,
)
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Connection

from bot.jobs.steady_job_store import SteadyJobStore
from bot.runtime.no_op import ignore
from core.jobs import rows, service
from core.jobs.rules import (
    FIRST_BACKOFF,
    LEASE_TIME,
    JobState,
    Recurrence,
    is_due,
    is_free,
    is_overdue,
    next_check,
)
from core.store.outages import error_name
from core.store.store import Store

log = structlog.get_logger()

# The scheduler checks the clock at least this often, without asking the database.
TICK_SECONDS = 60
SHORTEST_WAIT = timedelta(seconds=1)
# Metric label of each APScheduler event; all but the first are also logged.
EVENTS = {
    EVENT_JOB_EXECUTED: "checked",
    EVENT_JOB_ERROR: "check_failed",
    EVENT_JOB_MISSED: "missed",
    EVENT_JOB_MAX_INSTANCES: "still_running",
}


@dataclass(frozen=True, slots=True)
class Job:
    """A scheduled job; `run` is idempotent."""

    name: str
    recurrence: Recurrence
    run: Callable[[], Awaitable[None]]

    @property
    def trigger(self) -> BaseTrigger:
        """Return the trigger by which APScheduler fires the job, in UTC."""
        at, every = self.recurrence.at, self.recurrence.every
        if at is None:
            return IntervalTrigger(seconds=every.total_seconds(), timezone=UTC)
        return CronTrigger(hour=at.hour, minute=at.minute, second=at.second, timezone=UTC)


class Scheduler:
    """Runs the jobs that are due; a lease ensures that one process at a time runs each job.

    A failed job is logged with the type of its exception, counted, and soon retried. `observe`
    hears of each run of a job, and of what APScheduler reports about it.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        jobs: tuple[Job, ...],
        observe: Callable[[str, str], None] = ignore,
    ) -> None:
        self._store = store
        self._clock = clock
        self._jobs = {job.name: job for job in jobs}
        self._observe = observe
        # This process never claims a job that it runs already, whatever the clock says.
        self._running: dict[str, asyncio.Task[None]] = {}
        self._stopping = False
        self._overdue: set[str] = set()
        self._timer = AsyncIOScheduler(
            timezone=UTC,
            jobstores={"default": SteadyJobStore(clock, timedelta(seconds=TICK_SECONDS))},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._timer.add_listener(self._report, sum(EVENTS))

    async def start(self) -> None:
        """Register the jobs in the database, run those that are due, and start the triggers."""
        await self._store.write(_registering(self._jobs.values(), self._clock()))
        for job in self._jobs.values():
            self._timer.add_job(self._fire, job.trigger, [job.name], id=job.name)
        self._timer.start()
        await self.tick()

    async def stop(self, seconds: float) -> None:
        """Start no more jobs and wait for the running ones, for at most `seconds` seconds.

        A job that is cancelled is due again at once.
        """
        self._stopping = True
        if self._timer.running:
            self._timer.pause()
        running = set(self._running.values())
        if running:
            _, late = await asyncio.wait(running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._timer.running:
            self._timer.shutdown(wait=False)

    async def tick(self) -> None:
        """Start every job that is due and that no process has leased."""
        await self._start_due(self._jobs.values())

    async def wait(self) -> None:
        """Wait until no job runs."""
        while self._running:
            await asyncio.wait(set(self._running.values()))

    async def _fire(self, name: str) -> None:
        """Run the job whose trigger fired, if the database says that it is due."""
        await self._start_due([self._jobs[name]])
        task = self._running.get(name)
        if task is not None:
            # APScheduler then knows that the job runs, and starts no second one beside it.
            await asyncio.wait({task})

    async def _start_due(self, jobs: Iterable[Job]) -> None:
        """Ask the database once about all jobs, and start those of `jobs` that are due."""
        try:
            found = await self._store.read(rows.all_jobs)
            states = {state.name: state for state in found if state.name in self._jobs}
            for state in states.values():
                self._warn_if_overdue(state)
            for job in jobs:
                await self._start_if_due(job, states[job.name])
            for state in states.values():
                self._fire_in_time(state)
        except Exception as error:  # noqa: BLE001 - the triggers fire again
            log.warning("jobs_not_checked", error=error_name(error))

    async def _start_if_due(self, job: Job, state: JobState) -> None:
        now = self._clock()
        claimable = job.name not in self._running and is_due(state, now) and is_free(state, now)
        if self._stopping or not claimable:
            return
        if await self._store.write(lambda tx: service.claim(tx, job.name, now)):
            task = self._running[job.name] = asyncio.create_task(self._run(job))
            task.add_done_callback(lambda _: self._running.pop(job.name))

    def _warn_if_overdue(self, state: JobState) -> None:
        if not is_overdue(state, self._clock()):
            self._overdue.discard(state.name)
        elif state.name not in self._overdue:
            self._overdue.add(state.name)
            log.warning("job_late", job=state.name, last=_iso(state.succeeded_at))

    def _fire_in_time(self, state: JobState) -> None:
        """Fire the job when the database says, if that is sooner than its trigger would.

        So a failed job is retried soon, and one that another process left is taken up.
        """
        if state.name not in self._running:
            now = self._clock()
            self._fire_after(state.name, next_check(state, now) - now)

    def _fire_after(self, name: str, wait: timedelta) -> None:
        planned = self._timer.get_job(name)
        # The clock of the product may be another one than APScheduler's, as in the demo.
        moment = datetime.now(UTC) + max(wait, SHORTEST_WAIT)
        if planned is not None and moment < getattr(planned, "next_run_time", moment):
            planned.modify(next_run_time=moment)

    async def _run(self, job: Job) -> None:
        renewing = asyncio.create_task(self._renew_lease(job))
        try:
            await job.run()
        except asyncio.CancelledError:
            await self._write(lambda tx: service.release(tx, job.name, self._clock()))
            raise
        except Exception as failure:  # noqa: BLE001 - one failing job stops no other
            name = error_name(failure)
            log.warning("job_failed", job=job.name, error=name)
            self._observe(job.name, "failed")
            await self._write(lambda tx: service.record_failure(tx, job.name, name, self._clock()))
            self._fire_after(job.name, FIRST_BACKOFF)
        else:
            self._observe(job.name, "succeeded")
            await self._write(
                lambda tx: service.record_success(tx, job.name, job.recurrence, self._clock())
            )
        finally:
            renewing.cancel()

    async def _renew_lease(self, job: Job) -> None:
        while True:
            await asyncio.sleep(LEASE_TIME.total_seconds() / 3)
            await self._write(lambda tx: service.renew(tx, job.name, self._clock()))

    async def _write(self, operation: Callable[..., None]) -> None:
        # If the database cannot be reached, the lease expires by itself.
        with suppress(Exception):
            await self._store.write(operation)

    def _report(self, event: JobEvent) -> None:
        """Log and count what APScheduler reports about a job."""
        name, error = EVENTS[event.code], getattr(event, "exception", None)
        self._observe(event.job_id, name)
        if event.code != EVENT_JOB_EXECUTED:
            kind = None if error is None else type(error).__name__
            log.warning("job_not_run", job=event.job_id, reason=name, error=kind)


def _registering(jobs: Iterable[Job], now: datetime) -> Callable[..., None]:
    def register_all(tx: Connection) -> None:
        for job in jobs:
            service.register(tx, job.name, job.recurrence, now)

    return register_all


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
