"""The scheduler: once a minute APScheduler ticks, and the database is asked which jobs are due."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from core.jobs import rows, service
from core.jobs.rules import LEASE, Recurrence
from core.store.store import Store

log = structlog.get_logger()

TICK_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Job:
    """A scheduled job; `run` is idempotent."""

    name: str
    recurrence: Recurrence
    run: Callable[[], Awaitable[None]]


class Scheduler:
    """Runs the jobs that are due; a lease ensures that one process at a time runs each job.

    A failed job is logged with the type of its exception, counted, and soon retried.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime], jobs: tuple[Job, ...]) -> None:
        self._store = store
        self._clock = clock
        self._jobs = jobs
        self._running: set[asyncio.Task[None]] = set()
        self._ticker = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True}
        )
        self._ticker.add_job(self.tick, "interval", seconds=TICK_SECONDS)

    async def start(self) -> None:
        """Register the jobs in the database and start ticking on the running event loop."""
        for job in self._jobs:
            await self._store.write(_registering(job, self._clock()))
        self._ticker.start()
        await self.tick()

    async def stop(self, seconds: float) -> None:
        """Start no more jobs and wait for the running ones, for at most `seconds` seconds.

        A job that is cancelled is due again at once.
        """
        if self._ticker.running:
            self._ticker.shutdown(wait=False)
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def tick(self) -> None:
        """Start every job that is due and that no process has leased."""
        now = self._clock()
        try:
            if not await self._store.read(lambda tx: rows.is_any_due(tx, now)):
                return
            for job in self._jobs:
                if await self._store.write(_leasing(job, now)):
                    task = asyncio.create_task(self._run(job))
                    self._running.add(task)
                    task.add_done_callback(self._running.discard)
        except Exception as error:  # noqa: BLE001 - the next tick tries again
            log.warning("jobs_not_checked", error=type(error).__name__)

    async def wait(self) -> None:
        """Wait until no job runs."""
        while self._running:
            await asyncio.wait(self._running)

    async def _run(self, job: Job) -> None:
        renewing = asyncio.create_task(self._renew_lease(job))
        try:
            await job.run()
        except asyncio.CancelledError:
            await self._write(lambda tx: service.release(tx, job.name, self._clock()))
            raise
        except Exception as failure:  # noqa: BLE001 - one failing job stops no other
            name = type(failure).__name__
            log.warning("job_failed", job=job.name, error=name)
            await self._write(lambda tx: service.record_failure(tx, job.name, name, self._clock()))
        else:
            await self._write(
                lambda tx: service.record_success(tx, job.name, job.recurrence, self._clock())
            )
        finally:
            renewing.cancel()

    async def _renew_lease(self, job: Job) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            await self._write(lambda tx: service.renew(tx, job.name, self._clock()))

    async def _write(self, operation: Callable[..., None]) -> None:
        # If the database cannot be reached, the lease runs out by itself.
        with suppress(Exception):
            await self._store.write(operation)


def _registering(job: Job, now: datetime) -> Callable[..., None]:
    return lambda tx: service.register(tx, job.name, job.recurrence, now)


def _leasing(job: Job, now: datetime) -> Callable[..., bool]:
    return lambda tx: service.claim(tx, job.name, now)
