"""APScheduler's jobs, in UTC; each asks the database what is due, so nothing is missed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Connection

from bot.roster import Roster
from core.authorities import currency
from core.leavers import service as leavers
from core.policy import Policy
from core.resets import service as resets
from core.signin import rows as sessions
from core.store.store import Store

SWEEP_MINUTES = 10
BATCH = 100
# At night in all of the Union.
COMPARE_HOUR = 2


class Scheduler:
    """The clockwork of the process."""

    def __init__(
        self, store: Store, policy: Policy, clock: Callable[[], datetime], roster: Roster
    ) -> None:
        self._store = store
        self._policy = policy
        self._clock = clock
        self._roster = roster
        self._jobs = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True}
        )
        for job in (
            self.end_old_sessions,
            self.lapse_requests,
            self.ask_about_leavers,
            self.ask_whether_right,
        ):
            self._jobs.add_job(job, "interval", minutes=SWEEP_MINUTES)
        self._jobs.add_job(self.compare_members, "cron", hour=COMPARE_HOUR)

    def start(self) -> None:
        """Begin; the jobs run on the running event loop."""
        self._jobs.start()

    def stop(self) -> None:
        """End; a job that runs is left to finish."""
        self._jobs.shutdown(wait=False)

    async def end_old_sessions(self) -> None:
        """Drop the portal sessions that are too old to open anything."""
        before = self._clock() - timedelta(hours=self._policy.session_hours)
        await self._store.write(lambda tx: sessions.end_older(tx, before))

    async def lapse_requests(self) -> None:
        """Close the requests for a reset that nobody decided in time (D11)."""
        await self._in_batches(lambda tx: resets.lapse_due(tx, self._policy, self._clock(), BATCH))

    async def ask_about_leavers(self) -> None:
        """Ask again about those who were kept for the time being (D14)."""
        await self._in_batches(lambda tx: leavers.ask_due(tx, self._clock(), BATCH))

    async def ask_whether_right(self) -> None:
        """Ask the administrators twice a year whether their authority's data is right (R2)."""
        policy = self._policy
        await self._in_batches(lambda tx: currency.ask_due(tx, policy, self._clock(), BATCH))

    async def compare_members(self) -> None:
        """Find by night what Slack's events missed by day (D14, D21)."""
        await self._roster.compare()

    async def _in_batches(self, wish: Callable[[Connection], int]) -> None:
        """Grant the wish until it finds less than a batch to do: no write lock lasts long."""
        while await self._store.write(wish) >= BATCH:
            pass
