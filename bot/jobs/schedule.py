"""The list of scheduled jobs, each with its name, its times and the method that it runs.

The job of `operator_notices.py` is defined in that module. A new job also needs its name in
`handlers/health/views.py`.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import structlog
from sqlalchemy import Connection

from bot.jobs.audit_checkpoints import AuditCheckpoints
from bot.jobs.member_sync import MemberSync
from bot.jobs.scheduler import Job
from core.accounts import purge
from core.administration import data_review
from core.authorities.rows import drafts
from core.clock_corrections import service as clock_corrections
from core.deliveries.rows import retention
from core.jobs import rows as job_rows
from core.jobs.rules import Recurrence
from core.leavers import service as leavers
from core.members import service as members
from core.reminders import service as reminders
from core.resets import service as resets
from core.rulebook import Rulebook
from core.sessions import rows as sessions
from core.store.store import Store
from core.warnings import service as warnings
from core.warnings.rules import Gap

log = structlog.get_logger()

# Small batches keep the write lock short, so that other writes get in between.
BATCH = 100
LARGE_BATCH = 500
# A due reminder takes the database about ten microseconds.
REMINDER_BATCH = 1000
EVERY_TWO_MINUTES = Recurrence(timedelta(minutes=2))
EVERY_TEN_MINUTES = Recurrence(timedelta(minutes=10))
HOURLY = Recurrence(timedelta(hours=1))
# 02:00 UTC is night in the whole Union.
NIGHTLY = Recurrence(at=time(2))
# Deliveries about single events are dropped after this time.
DELIVERIES_KEPT = timedelta(days=400)
# Unsaved input of a form is deleted after this time without a change.
DRAFTS_KEPT = timedelta(days=7)
# A nightly job that erases waits for another night if it comes later than this after its time.
LONGEST_DELAY = timedelta(days=1)


class NotAllPurgedError(Exception):
    """Some due users could not be pseudonymised; the log has their ids and the errors."""


class Jobs:
    """The jobs of the product."""

    def __init__(
        self,
        store: Store,
        rulebook: Rulebook,
        clock: Callable[[], datetime],
        member_sync: MemberSync,
        wake_delivery_worker: Callable[[], None],
    ) -> None:
        self._store = store
        self._rulebook = rulebook
        self._clock = clock
        self._member_sync = member_sync
        self._wake_delivery_worker = wake_delivery_worker

    def all_jobs(self, checkpoints: AuditCheckpoints) -> tuple[Job, ...]:
        """Return every job with its name and recurrence."""
        return (
            Job("reminders", EVERY_TWO_MINUTES, self.queue_reminders),
            Job("sessions", EVERY_TEN_MINUTES, self.end_old_sessions),
            Job("reset_requests", EVERY_TEN_MINUTES, self.close_expired_requests),
            Job("leavers", EVERY_TEN_MINUTES, self.ask_about_leavers),
            Job("stale_data", EVERY_TEN_MINUTES, self.request_data_reviews),
            Job("clock", HOURLY, self.correct_moments),
            Job("warnings", HOURLY, self.update_warnings),
            Job("members", NIGHTLY, self.sync_members),
            Job("deliveries", NIGHTLY, self.drop_old_deliveries),
            Job("drafts", NIGHTLY, self.delete_old_drafts),
            Job("purge", NIGHTLY, self.purge),
            Job("audit_signing", EVERY_TEN_MINUTES, checkpoints.sign),
            Job("audit_checkpoint", NIGHTLY, checkpoints.post),
        )

    async def queue_reminders(self) -> None:
        """Queue due reminders, and digests of expired temporary passwords (D4, D6)."""
        await self._in_batches(
            lambda tx: reminders.queue_due(tx, self._clock(), REMINDER_BATCH), full_batch=1
        )

    async def end_old_sessions(self) -> None:
        """Delete the portal sessions that have passed their maximum lifetime."""
        before = self._clock() - timedelta(hours=self._rulebook.policy.session_hours)
        await self._store.write(lambda tx: sessions.end_opened_before(tx, before))

    async def close_expired_requests(self) -> None:
        """Close the reset requests that no administrator decided in time (D11)."""
        policy = self._rulebook.policy
        await self._in_batches(lambda tx: resets.expire_due(tx, policy, self._clock(), BATCH))

    async def ask_about_leavers(self) -> None:
        """Ask administrators again about leavers whom they decided to keep for now (D14)."""
        await self._in_batches(lambda tx: leavers.ask_due(tx, self._clock(), BATCH))

    async def request_data_reviews(self) -> None:
        """Ask administrators twice a year whether their authority's data is right (R2)."""
        policy = self._rulebook.policy
        await self._in_batches(
            lambda tx: data_review.request_due_reviews(tx, policy, self._clock(), BATCH)
        )

    async def correct_moments(self) -> None:
        """Correct the times that were stored while the clock was ahead (B03)."""
        policy, now = self._rulebook.policy, self._clock()
        # Reading takes no write lock, and nearly always finds nothing.
        if await self._store.read(lambda tx: clock_corrections.is_any_wrong(tx, policy, now)):
            log.warning("moments_corrected")
            await self._store.write(lambda tx: clock_corrections.correct(tx, policy, now))
            self._wake_delivery_worker()

    async def update_warnings(self) -> None:
        """Record roles with too few holders (gaps) and warn administrators (R39, R62, D12)."""
        rulebook = self._rulebook

        def compare(tx: Connection) -> warnings.GapChanges:
            return warnings.gap_changes(tx, warnings.current_gaps(tx, rulebook))

        new, over = await self._store.read(compare)
        now = self._clock()
        for first in range(0, len(new), BATCH):
            await self._store.write(_recording_gaps(new[first : first + BATCH], now))
        for first in range(0, len(over), BATCH):
            await self._store.write(_forgetting_gaps(over[first : first + BATCH]))
        await self._in_batches(lambda tx: warnings.queue_due(tx, self._clock(), BATCH))

    async def sync_members(self) -> None:
        """Compare users with Slack's members, and forget other members (D14, D21)."""
        await self._member_sync.run()
        await self._in_batches(
            lambda tx: members.forget_non_users(tx, self._clock(), LARGE_BATCH),
            full_batch=LARGE_BATCH,
        )

    async def drop_old_deliveries(self) -> None:
        """Drop deliveries about single events that are older than `DELIVERIES_KEPT`."""
        if await self._has_clock_leapt("deliveries"):
            return
        before = self._clock() - DELIVERIES_KEPT
        await self._in_batches(
            lambda tx: retention.delete_done(tx, before, LARGE_BATCH), full_batch=LARGE_BATCH
        )

    async def delete_old_drafts(self) -> None:
        """Delete input of forms that was neither saved nor changed for `DRAFTS_KEPT`."""
        if await self._has_clock_leapt("drafts"):
            return
        before = self._clock() - DRAFTS_KEPT
        await self._store.write(lambda tx: drafts.delete_changed_before(tx, before))

    async def purge(self) -> None:
        """Pseudonymise the users that were removed `policy.purge_years` ago or earlier (D14).

        Raises:
            NotAllPurgedError: some users could not be pseudonymised; the others were.
        """
        if await self._has_clock_leapt("purge"):
            return
        policy, now, failed = self._rulebook.policy, self._clock(), 0
        for user_id in await self._store.read(lambda tx: purge.due(tx, policy, now)):
            try:
                await self._store.write(_purging(user_id, now))
            except Exception as failure:  # noqa: BLE001 - one failure keeps no other user
                log.warning("user_not_purged", user=user_id, error=type(failure).__name__)
                failed += 1
        if failed:
            raise NotAllPurgedError(failed)

    async def _has_clock_leapt(self, name: str) -> bool:
        """Return whether the nightly job was due more than a day ago, and log it.

        That is so after a standstill, or while the clock is wrong. Erasing cannot be undone, so it
        then waits for the next night (B03).
        """
        now, state = self._clock(), await self._store.read(lambda tx: job_rows.find(tx, name))
        leapt = state is not None and now - state.due_at > LONGEST_DELAY
        if leapt:
            log.warning("erasing_postponed", job=name)
        return leapt

    async def _in_batches(
        self, operation: Callable[[Connection], int], full_batch: int = BATCH
    ) -> None:
        """Repeat the operation while it returns at least `full_batch` handled rows."""
        while await self._store.write(operation) >= full_batch:
            self._wake_delivery_worker()
        self._wake_delivery_worker()


def _purging(user_id: int, now: datetime) -> Callable[[Connection], None]:
    return lambda tx: purge.purge(tx, user_id, now)


def _recording_gaps(gaps: tuple[Gap, ...], now: datetime) -> Callable[[Connection], None]:
    return lambda tx: warnings.record_new(tx, gaps, now)


def _forgetting_gaps(ids: tuple[int, ...]) -> Callable[[Connection], None]:
    return lambda tx: warnings.delete_closed(tx, ids)
