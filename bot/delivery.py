"""The worker that sends: takes what is due from the deliveries table until there is no more."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog
from sqlalchemy import Connection

from bot.reach import WorkerParts as WorkerParts
from bot.sending import Sending
from bot.verdicts import Verdict, verdict_on
from core.deliveries import service as deliveries
from core.deliveries.rules import Delivery

log = structlog.get_logger()

MOST_AT_ONCE = 4
POLL_SECONDS = 1.0
# Less than a lease (60 s) with room to settle, so that no other worker begins the same meanwhile.
SENDING_SECONDS = 45.0


class DeliveryWorker:
    """Sends what is due, a few at a time; any number of workers may share one database."""

    def __init__(self, parts: WorkerParts) -> None:
        self._parts = parts
        self._sending = Sending(parts)
        self._wake = asyncio.Event()
        self._stopping = False
        self._running: asyncio.Task[None] | None = None
        self._in_hand: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin, on the running event loop."""
        self._running = asyncio.create_task(self._run())

    def nudge(self) -> None:
        """Look now: something was queued."""
        self._wake.set()

    async def stop(self, seconds: float) -> None:
        """Take no more, and finish what is in hand, at most so long.

        What is cut off stays claimed until its lease ends, and is then looked for before it is
        sent again.
        """
        self._stopping = True
        self._wake.set()
        if self._running is not None:
            await _finish({self._running}, seconds)
        await _finish(self._in_hand, seconds)

    async def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            if not await self._take():
                await self._rest()

    async def _take(self) -> bool:
        """Claim as many as there are free hands; say whether there may be more to claim."""
        free = MOST_AT_ONCE - len(self._in_hand)
        if free == 0:
            return False
        now = self._parts.clock()
        try:
            claimed = await self._parts.store.write(lambda tx: deliveries.claim(tx, now, free))
        except Exception as surprise:  # noqa: BLE001 - a database that is away comes back
            log.warning("deliveries_not_claimed", error=type(surprise).__name__)
            return False
        for delivery in claimed:
            task = asyncio.create_task(self._carry_out(delivery))
            self._in_hand.add(task)
            task.add_done_callback(self._put_down)
        return len(claimed) == free

    def _put_down(self, task: asyncio.Task[None]) -> None:
        self._in_hand.discard(task)
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
            _log(delivery, verdict)
            return self._settling(delivery, verdict)
        log.info("delivery_sent", delivery=delivery.id, kind=delivery.kind)
        now = self._parts.clock()

        def settle(tx: Connection) -> None:
            deliveries.settle_sent(tx, delivery, now)
            told(tx)

        return settle

    def _settling(self, delivery: Delivery, verdict: Verdict) -> Callable[[Connection], None]:
        now = self._parts.clock()

        def settle(tx: Connection) -> None:
            if verdict.final:
                deliveries.settle_failed(tx, delivery, verdict.reason, now)
            else:
                deliveries.try_later(tx, delivery, verdict.reason, now, after=verdict.after)

        return settle


async def _finish(tasks: set[asyncio.Task[None]], seconds: float) -> None:
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)


def _log(delivery: Delivery, verdict: Verdict) -> None:
    log.warning(
        "delivery_failed" if verdict.final else "delivery_put_off",
        delivery=delivery.id,
        kind=delivery.kind,
        reason=verdict.reason,
        error=verdict.error,
        code=verdict.code,
    )
