"""APScheduler's one tick, in UTC; the database says which jobs are due and who has them in hand."""

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
    """Something to be done by the clock; doing it twice changes nothing."""

    name: str
    recurrence: Recurrence
    work: Callable[[], Awaitable[None]]


class Scheduler:
    """Runs the jobs that are due; of several processes one has each in hand at a time.

    A job that fails is logged by the type of what it raised, counted, and tried again before long.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime], jobs: tuple[Job, ...]) -> None:
        self._store = store
        self._clock = clock
        self._jobs = jobs
        self._running: set[asyncio.Task[None]] = set()
        self._ticking = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True}
        )
        self._ticking.add_job(self.tick, "interval", seconds=TICK_SECONDS)

    async def start(self) -> None:
        """Make the jobs known and begin; they run on the running event loop."""
        for job in self._jobs:
            await self._store.write(_registering(job, self._clock()))
        self._ticking.start()
        await self.tick()

    async def stop(self, seconds: float) -> None:
        """Start no more, and wait so long for what runs; what is cut off is due at once again."""
        if self._ticking.running:
            self._ticking.shutdown(wait=False)
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def tick(self) -> None:
        """Start every job that is due and that nobody has in hand."""
        now = self._clock()
        try:
            if not await self._store.read(lambda tx: rows.is_any_due(tx, now)):
                return
            for job in self._jobs:
                if await self._store.write(_taking(job, now)):
                    task = asyncio.create_task(self._carry_out(job))
                    self._running.add(task)
                    task.add_done_callback(self._running.discard)
        except Exception as surprise:  # noqa: BLE001 - a database that is away comes back
            log.warning("jobs_not_looked_at", error=type(surprise).__name__)

    async def wait(self) -> None:
        """Wait until nothing runs."""
        while self._running:
            await asyncio.wait(self._running)

    async def _carry_out(self, job: Job) -> None:
        holding = asyncio.create_task(self._hold(job))
        try:
            await job.work()
        except asyncio.CancelledError:
            await self._write(lambda tx: service.release(tx, job.name, self._clock()))
            raise
        except Exception as failure:  # noqa: BLE001 - one job that fails stops no other
            name = type(failure).__name__
            log.warning("job_failed", job=job.name, error=name)
            await self._write(lambda tx: service.record_failure(tx, job.name, name, self._clock()))
        else:
            await self._write(
                lambda tx: service.record_success(tx, job.name, job.recurrence, self._clock())
            )
        finally:
            holding.cancel()

    async def _hold(self, job: Job) -> None:
        """Renew the lease of a job that takes its time."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            await self._write(lambda tx: service.renew(tx, job.name, self._clock()))

    async def _write(self, wish: Callable[..., None]) -> None:
        # Where the database is away, the lease ends by itself.
        with suppress(Exception):
            await self._store.write(wish)


def _registering(job: Job, now: datetime) -> Callable[..., None]:
    return lambda tx: service.register(tx, job.name, job.recurrence, now)


def _taking(job: Job, now: datetime) -> Callable[..., bool]:
    return lambda tx: service.claim(tx, job.name, now)
