"""The delivery worker: claims due deliveries under a lease, sends them and records the outcome."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import Connection

from bot.delivery.attempts import Attempts
from bot.delivery.context import DeliveryContext, contexts_of
from bot.delivery.dependencies import DeliveryDependencies
from bot.delivery.settling import SettlementQueue
from bot.runtime.clock_steps import ClockSteps
from core.deliveries.rows import leases
from core.deliveries.rules import Lane
from core.deliveries.settlement import NotSent
from core.store.outages import error_name

log = structlog.get_logger()

# At the same time in each lane. Messages to Slack are claimed together and sent at the pace that
# Slack allows; each mail is a connection to the mail server.
MAX_CONCURRENT: Mapping[Lane, int] = {Lane.SLACK: 10, Lane.MAIL: 4}
# The longest time between two checks of the database. Only what other processes queue is found
# by polling: what this process queues wakes the worker.
POLL_SECONDS = 5.0
# After a fault of the database, or when another worker claims what is due.
RETRY_SECONDS = 1.0
# At a stop, outcomes have this long to be recorded, even if the time to finish sending is over.
SETTLE_SECONDS = 1.0

Claimed = Mapping[Lane, tuple[DeliveryContext, ...]]


@dataclass(slots=True)
class _Lane:
    """The deliveries of one lane that are being sent, so that neither lane delays the other.

    `more`: whether deliveries may be due that the last claim left for lack of a free slot.
    """

    limit: int
    sending: dict[asyncio.Task[None], int] = field(default_factory=dict)
    more: bool = False

    @property
    def free_slots(self) -> int:
        return self.limit - len(self.sending)


class DeliveryWorker:
    """Sends due deliveries, a few at a time in each lane; many workers can share a database."""

    def __init__(self, dependencies: DeliveryDependencies) -> None:
        self._dependencies = dependencies
        self._store = dependencies.store
        self._clock = dependencies.clock
        self._attempts = Attempts(dependencies)
        self._settlements = SettlementQueue(dependencies.store, self.wake, dependencies.on_settled)
        self._wake_event = asyncio.Event()
        self._woken = True
        self._stopping = False
        self._loop_task: asyncio.Task[None] | None = None
        self._lanes = {lane: _Lane(MAX_CONCURRENT[lane]) for lane in Lane}
        self._due: Mapping[Lane, datetime] = {}
        self._clock_steps = ClockSteps(dependencies.clock)
        self._stepped = False

    def start(self) -> None:
        """Start, on the running event loop."""
        self._loop_task = asyncio.create_task(self._run())

    def wake(self) -> None:
        """Claim due deliveries now, because some were queued."""
        self._woken = True
        self._wake_event.set()

    async def stop(self, seconds: float) -> None:
        """Claim no more deliveries; finish those being sent, for at most `seconds` seconds.

        To record what was sent, it may take up to `SETTLE_SECONDS` longer. The lease of a delivery
        that is cut off is released; its next attempt searches for it in Slack first.
        """
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        self._stopping = True
        self._wake_event.set()
        if self._loop_task is not None:
            await _finish({self._loop_task}, seconds)
        sending = self._sending()
        late = await _finish(set(sending), max(0.0, ends - loop.time()))
        await self._settlements.finish(max(SETTLE_SECONDS, ends - loop.time()))
        cut_off = [sending[task] for task in late]
        if cut_off:
            await self._store.write(lambda tx: leases.release(tx, cut_off))

    async def _run(self) -> None:
        while not self._stopping:
            self._wake_event.clear()
            try:
                seconds = await self._claim_due()
            except Exception as error:  # noqa: BLE001 - the next check tries again
                log.warning("deliveries_not_claimed", error=error_name(error))
                self._woken, seconds = True, RETRY_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._wake_event.wait()

    async def _claim_due(self) -> float:
        """Claim what is due and begin to send it; return after how many seconds to check again."""
        now = self._clock()
        await self._correct_after_step(now)
        woken, self._woken = self._woken, False
        free_slots = self._free_slots()
        if woken:
            for lane in set(Lane) - set(free_slots):
                self._lanes[lane].more = True
        elif free_slots:
            free_slots = await self._free_slots_with_due(free_slots, now)
        if free_slots:
            claimed = await self._claim(free_slots, now)
            self._send_all(claimed)
            has_free_slots = any(len(claimed[lane]) < number for lane, number in free_slots.items())
            if has_free_slots and not self._woken:
                await self._read_next_due(now)
        return self._seconds_until_next(now)

    def _free_slots(self) -> dict[Lane, int]:
        """Return the lanes with free slots, and how many; a lane that rests has none."""
        resting = {Lane.SLACK} if self._dependencies.slack.pause_left() else set[Lane]()
        return {
            lane: state.free_slots
            for lane, state in self._lanes.items()
            if state.free_slots and lane not in resting
        }

    async def _free_slots_with_due(
        self, free_slots: Mapping[Lane, int], now: datetime
    ) -> dict[Lane, int]:
        """Return those of the lanes in which a delivery is due."""
        await self._read_next_due(now)
        return {
            lane: number
            for lane, number in free_slots.items()
            if lane in self._due and self._due[lane] <= now
        }

    async def _read_next_due(self, now: datetime) -> None:
        """Read when the next delivery of each lane is due; a read takes no write lock."""
        sending = tuple(self._sending().values())
        self._due = await self._store.read(lambda tx: leases.next_due(tx, now, sending))

    async def _claim(self, free_slots: Mapping[Lane, int], now: datetime) -> Claimed:
        sending = tuple(self._sending().values())

        def claim(tx: Connection) -> Claimed:
            claimed = leases.claim(tx, free_slots, now, sending)
            contexts = contexts_of(tx, [one for each in claimed.values() for one in each])
            return {lane: tuple(contexts[one.id] for one in each) for lane, each in claimed.items()}

        claimed = await self._store.write(claim)
        for lane, number in free_slots.items():
            self._lanes[lane].more = len(claimed[lane]) == number
        return claimed

    def _send_all(self, claimed: Claimed) -> None:
        for lane, contexts in claimed.items():
            state = self._lanes[lane]
            for context in contexts:
                task = asyncio.create_task(self._send_and_settle(context))
                state.sending[task] = context.delivery.id
                task.add_done_callback(partial(self._forget, state))

    def _forget(self, lane: _Lane, task: asyncio.Task[None]) -> None:
        del lane.sending[task]
        # Half of the slots are filled together, so that a long queue takes few claims.
        if lane.more and lane.free_slots >= lane.limit // 2:
            self.wake()

    def _seconds_until_next(self, now: datetime) -> float:
        """Return how long to wait, if nothing wakes the worker: until a delivery is due or so."""
        due = [self._due[lane] for lane in self._free_slots() if lane in self._due]
        # A delivery that is due but was not claimed is being claimed by another worker.
        waits = [(at - now).total_seconds() if at > now else RETRY_SECONDS for at in due]
        pause = self._dependencies.slack.pause_left().total_seconds()
        return min(POLL_SECONDS, *waits, pause or POLL_SECONDS)

    async def _correct_after_step(self, now: datetime) -> None:
        # Remembered until it is dealt with: the database may be unavailable just now.
        self._stepped = self._stepped or bool(self._clock_steps.since_last_call())
        if self._stepped:
            await self._store.write(lambda tx: leases.pull_back(tx, now))
            self._stepped, self._woken = False, True

    def _sending(self) -> dict[asyncio.Task[None], int]:
        """Return the ids of all deliveries that are being sent, by their tasks."""
        return {task: one for lane in self._lanes.values() for task, one in lane.sending.items()}

    async def _send_and_settle(self, context: DeliveryContext) -> None:
        ended = await self._attempts.send(context)
        await self._settlements.settle(ended)
        if isinstance(ended, NotSent):
            # It may be due before the next check.
            self._wake_event.set()


async def _finish(tasks: set[asyncio.Task[None]], seconds: float) -> set[asyncio.Task[None]]:
    """Wait for the tasks for at most `seconds` seconds; cancel the others and return them."""
    if not tasks:
        return set()
    _, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    return late
