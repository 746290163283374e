"""An in-memory job store for APScheduler, in which all jobs are due if the system clock was set."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.job import Job
from apscheduler.jobstores.memory import MemoryJobStore

from bot.runtime.clock_steps import ClockSteps

log = structlog.get_logger()


class SteadyJobStore(MemoryJobStore):  # type: ignore[misc] # APScheduler 3 has no types
    """Makes every job due at once when the clock was set (B03).

    APScheduler computes a job's next run time by the system clock, and waits for it on the event
    loop, whose clock is monotonic. If the system clock jumps, it still wakes up after that wait,
    but could then sleep for years, until a time computed by the wrong clock. `longest_wait` limits
    each sleep.
    """

    def __init__(self, clock: Callable[[], datetime], longest_wait: timedelta) -> None:
        super().__init__()
        self._steps = ClockSteps(clock)
        self._longest_wait = longest_wait

    def get_due_jobs(self, now: datetime) -> list[Job]:
        """Return the jobs that are due: all of them if the clock was set since the last call."""
        step = self._steps.since_last_call()
        if step:
            log.warning("clock_stepped", seconds=round(step.total_seconds()))
            for job in self.get_all_jobs():
                job.next_run_time = now
                self.update_job(job)
        due: list[Job] = super().get_due_jobs(now)
        return due

    def get_next_run_time(self) -> datetime | None:
        """Return the time at which the scheduler looks for due jobs again."""
        earliest: datetime | None = super().get_next_run_time()
        return earliest and min(earliest, datetime.now(UTC) + self._longest_wait)
