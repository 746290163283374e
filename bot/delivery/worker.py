"""The worker that sends: takes what is due from the deliveries table until there is no more."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import structlog
from sqlalchemy import Connection

from bot.delivery.channels import WorkerParts as WorkerParts
from bot.delivery.dispatch import Dispatch
from bot.delivery.outcomes import Outcome, verdict_on
from core.deliveries import service as deliveries
from core.deliveries.rows import leases
from core.deliveries.rules import Delivery, Lane, backoff_after

log = structlog.get_logger()

MOST_AT_ONCE = 4
POLL_SECONDS = 1.0
# Less than a lease (60 s) with room to settle, so that no other worker begins the same meanwhile.
SENDING_SECONDS = 45.0


class DeliveryWorker:
    """Sends what is due, by each way a few at a time; any number of workers share one database."""

    def __init__(self, parts: WorkerParts) -> None:
        self._lanes = [_LaneWorker(parts, lane) for lane in Lane]

    def start(self) -> None:
        """Begin, on the running event loop."""
        for lane in self._lanes:
            lane.start()

    def nudge(self) -> None:
        """Look now: something was queued."""
        for lane in self._lanes:
            lane.nudge()

    async def stop(self, seconds: float) -> None:
        """Take no more, and finish what is in hand, at most so long.

        What is cut off is let go of, and looked for before it is sent again.
        """
        await asyncio.gather(*(lane.stop(seconds) for lane in self._lanes))


class _LaneWorker:
    """Sends what goes by one way: a slow mail server holds no Slack message up."""

    def __init__(self, parts: WorkerParts, lane: Lane) -> None:
        self._parts = parts
        self._lane = lane
        self._sending = Dispatch(parts)
        self._wake = asyncio.Event()
        self._stopping = False
        self._running: asyncio.Task[None] | None = None
        self._in_hand: dict[asyncio.Task[None], int] = {}

    def start(self) -> None:
        self._running = asyncio.create_task(self._run())

    def nudge(self) -> None:
        self._wake.set()

    async def stop(self, seconds: float) -> None:
        ends = asyncio.get_running_loop().time() + seconds
        self._stopping = True
        self._wake.set()
        if self._running is not None:
            await _finish({self._running}, seconds)
        late = dict(self._in_hand)
        left = max(0.0, ends - asyncio.get_running_loop().time())
        cut_off = [late[task] for task in await _finish(set(late), left)]
        if cut_off:
            await self._parts.store.write(lambda tx: leases.release(tx, cut_off))

    async def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            if not await self._take():
                await self._rest()

    async def _take(self) -> bool:
        """Claim as many as there are free hands; say whether there may be more to claim."""
        free = MOST_AT_ONCE - len(self._in_hand)
        if free == 0 or (self._lane == Lane.SLACK and self._parts.slack.rests()):
            return False
        now = self._parts.clock()
        store, lane = self._parts.store, self._lane
        try:
            # Looking costs no write lock; nearly always there is nothing.
            if not await store.read(lambda tx: leases.is_any_due(tx, lane, now)):
                return False
            claimed = await store.write(lambda tx: deliveries.claim(tx, lane, now, free))
        except Exception as surprise:  # noqa: BLE001 - a database that is away comes back
            log.warning("deliveries_not_claimed", error=type(surprise).__name__)
            return False
        for delivery in claimed:
            task = asyncio.create_task(self._carry_out(delivery))
            self._in_hand[task] = delivery.id
            task.add_done_callback(self._put_down)
        return len(claimed) == free

    def _put_down(self, task: asyncio.Task[None]) -> None:
        self._in_hand.pop(task, None)
        self._wake.set()

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):
                await self._wake.wait()

    async def _carry_out(self, delivery: Delivery) -> None:
        try:
            await self._parts.store.write(await self._outcome_of(delivery))
        except Exception as surprise:  # noqa: BLE001 - its lease ends, and it is tried again
            name = type(surprise).__name__
            log.warning("delivery_not_settled", delivery=delivery.id, error=name)

    async def _outcome_of(self, delivery: Delivery) -> Callable[[Connection], None]:
        try:
            async with asyncio.timeout(SENDING_SECONDS):
                told = await self._sending.send(delivery)
        except Exception as error:  # noqa: BLE001 - a surprise puts one delivery off, no more
            verdict = verdict_on(error, delivery.kind)
            self._parts.observe(delivery.kind, "failed" if verdict.final else "put_off")
            _log(delivery, verdict)
            return self._settling(delivery, verdict)
        self._parts.observe(delivery.kind, "sent")
        log.info("delivery_sent", delivery=delivery.id, kind=delivery.kind)
        now = self._parts.clock()

        def settle(tx: Connection) -> None:
            deliveries.mark_sent(tx, delivery, now)
            told(tx)

        return settle

    def _settling(self, delivery: Delivery, verdict: Outcome) -> Callable[[Connection], None]:
        now = self._parts.clock()
        after = verdict.after or backoff_after(delivery.attempts + 1, self._parts.jitter())
        tried = replace(delivery, possibly_sent=delivery.possibly_sent or verdict.possibly_sent)

        def settle(tx: Connection) -> None:
            if verdict.final:
                deliveries.mark_failed(tx, delivery, verdict.reason, now)
            else:
                deliveries.retry_later(tx, tried, verdict.reason, now, after=after)

        return settle


async def _finish(tasks: set[asyncio.Task[None]], seconds: float) -> set[asyncio.Task[None]]:
    """Wait so long, cut off what is not done, and return that."""
    if not tasks:
        return set()
    _, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    return late


def _log(delivery: Delivery, verdict: Outcome) -> None:
    log.warning(
        "delivery_failed" if verdict.final else "delivery_put_off",
        delivery=delivery.id,
        kind=delivery.kind,
        reason=verdict.reason,
        error=verdict.error,
        code=verdict.code,
    )
