"""The delivery worker: claims due deliveries under a lease, sends them and records the outcome.

A delivery is an outbox row. A lease is the right of one process to work on it until a certain time.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import structlog
from sqlalchemy import Connection

from bot.delivery.dependencies import DeliveryDependencies
from bot.delivery.dispatch import Dispatch
from bot.delivery.outcomes import Outcome, outcome_of
from bot.runtime.clock_steps import ClockSteps
from core.deliveries import service as deliveries
from core.deliveries.rows import leases
from core.deliveries.rules import Delivery, Lane, backoff_after
from core.store.outages import error_name

log = structlog.get_logger()

MAX_CONCURRENT = 4
POLL_SECONDS = 1.0
# Less than a lease (60 s), so that the outcome is stored before another worker can claim it.
SEND_TIMEOUT_SECONDS = 45.0


class DeliveryWorker:
    """Sends due deliveries, a few at a time in each lane; many workers can share a database."""

    def __init__(self, dependencies: DeliveryDependencies) -> None:
        self._lanes = [_LaneWorker(dependencies, lane) for lane in Lane]

    def start(self) -> None:
        """Start, on the running event loop."""
        for lane in self._lanes:
            lane.start()

    def nudge(self) -> None:
        """Check for due deliveries now instead of at the next poll."""
        for lane in self._lanes:
            lane.nudge()

    async def stop(self, seconds: float) -> None:
        """Claim no more deliveries; finish those being sent, for at most `seconds` seconds.

        The lease of a delivery that is cut off is released; its next attempt searches for it in
        Slack first.
        """
        await asyncio.gather(*(lane.stop(seconds) for lane in self._lanes))


class _LaneWorker:
    """Sends the deliveries of one lane, Slack or mail, so that neither delays the other."""

    def __init__(self, dependencies: DeliveryDependencies, lane: Lane) -> None:
        self._dependencies = dependencies
        self._store = dependencies.store
        self._clock = dependencies.clock
        self._lane = lane
        self._dispatch = Dispatch(dependencies)
        self._wake = asyncio.Event()
        self._stopping = False
        self._loop_task: asyncio.Task[None] | None = None
        self._sending: dict[asyncio.Task[None], int] = {}
        self._clock_steps = ClockSteps(dependencies.clock)
        self._stepped = False

    def start(self) -> None:
        self._loop_task = asyncio.create_task(self._run())

    def nudge(self) -> None:
        self._wake.set()

    async def stop(self, seconds: float) -> None:
        ends = asyncio.get_running_loop().time() + seconds
        self._stopping = True
        self._wake.set()
        if self._loop_task is not None:
            await _finish({self._loop_task}, seconds)
        sending = dict(self._sending)
        left = max(0.0, ends - asyncio.get_running_loop().time())
        cut_off = [sending[task] for task in await _finish(set(sending), left)]
        if cut_off:
            await self._store.write(lambda tx: leases.release(tx, cut_off))

    async def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            if not await self._claim():
                await self._wait()

    async def _claim(self) -> bool:
        """Claim up to the number of free slots; return whether more may be due."""
        free = MAX_CONCURRENT - len(self._sending)
        slack_paused = self._lane == Lane.SLACK and self._dependencies.slack.is_paused()
        if free == 0 or slack_paused:
            return False
        now, lane, in_hand = self._clock(), self._lane, tuple(self._sending.values())
        try:
            # Remembered until it is dealt with: the database may be away just now.
            self._stepped = self._stepped or bool(self._clock_steps.since_last_call())
            if self._stepped:
                await self._store.write(lambda tx: leases.pull_back(tx, now))
                self._stepped = False
            # A read takes no write lock, and nearly always finds nothing due.
            if not await self._store.read(lambda tx: leases.is_any_due(tx, lane, now, in_hand)):
                return False
            claimed = await self._store.write(
                lambda tx: deliveries.claim(tx, lane, now, free, in_hand)
            )
        except Exception as error:  # noqa: BLE001 - the next poll tries again
            log.warning("deliveries_not_claimed", error=error_name(error))
            return False
        for delivery in claimed:
            task = asyncio.create_task(self._send_and_settle(delivery))
            self._sending[task] = delivery.id
            task.add_done_callback(self._forget)
        return len(claimed) == free

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._sending.pop(task, None)
        self._wake.set()

    async def _wait(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):
                await self._wake.wait()

    async def _send_and_settle(self, delivery: Delivery) -> None:
        try:
            await self._store.write(await self._send(delivery))
        except Exception as error:  # noqa: BLE001 - its lease runs out, and it is sent again
            log.warning("delivery_not_settled", delivery=delivery.id, error=error_name(error))

    async def _send(self, delivery: Delivery) -> Callable[[Connection], None]:
        """Send the delivery; return the operation that records its outcome."""
        try:
            async with asyncio.timeout(SEND_TIMEOUT_SECONDS):
                after_send = await self._dispatch.send(delivery)
        except Exception as error:  # noqa: BLE001 - an error puts off one delivery, no others
            outcome = outcome_of(error, delivery.kind)
            label = "failed" if outcome.final else "put_off"
            self._dependencies.observe(delivery.kind, label)
            _log_failure(delivery, outcome)
            return self._settling_failure(delivery, outcome)
        self._dependencies.observe(delivery.kind, "sent")
        log.info("delivery_sent", delivery=delivery.id, kind=delivery.kind)
        now = self._clock()

        def settle(tx: Connection) -> None:
            deliveries.mark_sent(tx, delivery, now)
            after_send(tx)

        return settle

    def _settling_failure(
        self, delivery: Delivery, outcome: Outcome
    ) -> Callable[[Connection], None]:
        now = self._clock()
        pause = outcome.after or backoff_after(
            delivery.attempts + 1, self._dependencies.jitter(), outcome.longest_backoff
        )
        tried = replace(
            delivery, outcome_unknown=delivery.outcome_unknown or outcome.outcome_unknown
        )

        def settle(tx: Connection) -> None:
            if outcome.final:
                deliveries.mark_failed(tx, delivery, outcome.reason, now)
            else:
                deliveries.retry_later(tx, tried, outcome.reason, now, after=pause)

        return settle


async def _finish(tasks: set[asyncio.Task[None]], seconds: float) -> set[asyncio.Task[None]]:
    """Wait for the tasks for at most `seconds` seconds; cancel the others and return them."""
    if not tasks:
        return set()
    _, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    return late


def _log_failure(delivery: Delivery, outcome: Outcome) -> None:
    log.warning(
        "delivery_failed" if outcome.final else "delivery_put_off",
        delivery=delivery.id,
        kind=delivery.kind,
        reason=outcome.reason,
        error=outcome.error,
        code=outcome.code,
    )
