"""What is done by the clock; each job asks the database what is due, so nothing is missed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import structlog
from sqlalchemy import Connection

from bot.jobs.audit_checkpoints import AuditCheckpoints
from bot.jobs.member_sync import MemberSync
from bot.jobs.scheduler import Job
from core.accounts import purge
from core.administration import data_review
from core.deliveries.rows import deliveries
from core.jobs.rules import Recurrence
from core.leavers import service as leavers
from core.members import service as members
from core.reminders import service as reminders
from core.resets import service as resets
from core.rulebook import Rulebook
from core.sessions import rows as sessions
from core.store.store import Store
from core.warnings import service as warnings

log = structlog.get_logger()

# Short write locks: the rest of the product writes in between.
BATCH = 100
MANY = 500
# At night in all of the Union, in UTC.
NIGHT = time(2)
# How long what was said about single events is kept.
KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class JobParts:
    """What the jobs work with; `nudge` tells the delivery worker to look."""

    store: Store
    rulebook: Rulebook
    clock: Callable[[], datetime]
    roster: MemberSync
    nudge: Callable[[], None]
    heads: AuditCheckpoints


class NotAllPurgedError(Exception):
    """Some who are due could not be erased; the log says who, and by which kind of error."""


class Jobs:
    """The jobs of the product, by name."""

    def __init__(self, parts: JobParts) -> None:
        self._parts = parts
        self._store = parts.store
        self._rulebook = parts.rulebook
        self._clock = parts.clock

    def all_of_them(self) -> tuple[Job, ...]:
        """Return every job with its rhythm."""
        often, sometimes = Recurrence(timedelta(minutes=2)), Recurrence(timedelta(minutes=10))
        return (
            Job("reminders", often, self.remind),
            Job("sessions", sometimes, self.end_old_sessions),
            Job("reset_requests", sometimes, self.lapse_requests),
            Job("leavers", sometimes, self.ask_about_leavers),
            Job("stale_data", sometimes, self.ask_whether_right),
            Job("warnings", Recurrence(timedelta(hours=1)), self.warn),
            Job("members", Recurrence(at=NIGHT), self.compare_members),
            Job("deliveries", Recurrence(at=NIGHT), self.drop_old_deliveries),
            Job("purge", Recurrence(at=NIGHT), self.purge),
            Job("audit_signing", sometimes, self._parts.heads.sign),
            Job("audit_head", Recurrence(at=NIGHT), self._parts.heads.post),
        )

    async def remind(self) -> None:
        """Queue the reminders that are due, and what administrators hear of lapses (D4, D6)."""
        await self._in_batches(lambda tx: reminders.queue_due(tx, self._clock(), MANY), enough=1)

    async def end_old_sessions(self) -> None:
        """Drop the portal sessions that are too old to open anything."""
        before = self._clock() - timedelta(hours=self._rulebook.policy.session_hours)
        await self._store.write(lambda tx: sessions.end_opened_before(tx, before))

    async def lapse_requests(self) -> None:
        """Close the requests for a reset that nobody decided in time (D11)."""
        policy = self._rulebook.policy
        await self._in_batches(lambda tx: resets.lapse_due(tx, policy, self._clock(), BATCH))

    async def ask_about_leavers(self) -> None:
        """Ask again about those who were kept for the time being (D14)."""
        await self._in_batches(lambda tx: leavers.ask_due(tx, self._clock(), BATCH))

    async def ask_whether_right(self) -> None:
        """Ask the administrators twice a year whether their authority's data is right (R2)."""
        policy = self._rulebook.policy
        await self._in_batches(lambda tx: data_review.ask_due(tx, policy, self._clock(), BATCH))

    async def warn(self) -> None:
        """Notice what authorities lack, and tell their administrators of it (R39, R62, D12)."""
        rulebook = self._rulebook

        def look(tx: Connection) -> warnings.Difference:
            return warnings.difference(tx, warnings.lacking(tx, rulebook))

        new, over = await self._store.read(look)
        now = self._clock()
        for first in range(0, len(new), BATCH):
            some = new[first : first + BATCH]
            await self._store.write(_noticing(some, now))
        for first in range(0, len(over), BATCH):
            await self._store.write(_forgetting(over[first : first + BATCH]))
        await self._in_batches(lambda tx: warnings.tell_due(tx, self._clock(), BATCH))

    async def compare_members(self) -> None:
        """Find by night what Slack's events missed by day, and forget who left (D14, D21)."""
        await self._parts.roster.compare()
        await self._in_batches(lambda tx: members.forget_gone(tx, self._clock(), MANY), enough=MANY)

    async def drop_old_deliveries(self) -> None:
        """Drop what was said about single events more than a year ago."""
        before = self._clock() - KEPT
        await self._in_batches(lambda tx: deliveries.delete_done(tx, before, MANY), enough=MANY)

    async def purge(self) -> None:
        """Erase who was removed years ago, whoever of them cannot be (D14)."""
        policy, now, left = self._rulebook.policy, self._clock(), 0
        for user_id in await self._store.read(lambda tx: purge.due(tx, policy, now)):
            try:
                await self._store.write(_erasing(user_id, now))
            except Exception as failure:  # noqa: BLE001 - one who cannot be stops nobody else
                log.warning("user_not_purged", user=user_id, error=type(failure).__name__)
                left += 1
        if left:
            raise NotAllPurgedError(left)

    async def _in_batches(self, wish: Callable[[Connection], int], enough: int = BATCH) -> None:
        """Grant the wish until it finds less than enough to do: no write lock lasts long."""
        while await self._store.write(wish) >= enough:
            self._parts.nudge()
        self._parts.nudge()


def _erasing(user_id: int, now: datetime) -> Callable[[Connection], None]:
    return lambda tx: purge.purge(tx, user_id, now)


def _noticing(some: tuple[warnings.Gap, ...], now: datetime) -> Callable[[Connection], None]:
    return lambda tx: warnings.notice(tx, some, now)


def _forgetting(some: tuple[int, ...]) -> Callable[[Connection], None]:
    return lambda tx: warnings.forget(tx, some)
