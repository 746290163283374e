"""Records how deliveries ended: those that end at about the same time, in one transaction."""

import asyncio
from collections.abc import Callable, Collection, Sequence

import structlog
from sqlalchemy import Connection

from core.deliveries import settlement
from core.deliveries.settlement import Ended
from core.store.outages import error_name
from core.store.store import Store

log = structlog.get_logger()


class SettlementQueue:
    """Takes deliveries that ended; while some are being recorded, the others gather.

    `on_queued` is called after a transaction that may have queued other deliveries, `on_settled`
    with the ids of the users whom the recorded deliveries are about.
    """

    def __init__(
        self,
        store: Store,
        on_queued: Callable[[], None],
        on_settled: Callable[[Collection[int]], None],
    ) -> None:
        self._store = store
        self._on_queued = on_queued
        self._on_settled = on_settled
        self._waiting: list[tuple[Ended, asyncio.Future[None]]] = []
        self._recording: asyncio.Task[None] | None = None

    async def settle(self, ended: Ended) -> None:
        """Record how the delivery ended; return when that is committed, or could not be stored.

        If the caller is cancelled, it is recorded all the same.
        """
        recorded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((ended, recorded))
        if self._recording is None:
            self._recording = asyncio.create_task(self._record_all())
        await recorded

    async def finish(self, seconds: float) -> None:
        """Wait until all is recorded, for at most `seconds` seconds."""
        if self._recording is not None:
            await asyncio.wait({self._recording}, timeout=seconds)

    async def _record_all(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            await self._record([ended for ended, _ in group])
            for _, recorded in group:
                if not recorded.done():
                    recorded.set_result(None)
        self._recording = None

    async def _record(self, group: Sequence[Ended]) -> None:
        """Record the group; if that fails, record each alone, so that none undoes the others."""
        try:
            has_queued = await self._store.write(_recording(group))
        except Exception as error:  # noqa: BLE001 - its lease expires, and it is sent again
            if len(group) > 1:
                for ended in group:
                    await self._record([ended])
            else:
                number, name = group[0].delivery.id, error_name(error)
                log.warning("delivery_not_settled", delivery=number, error=name)
        else:
            self._tell(group, has_queued=has_queued)

    def _tell(self, group: Sequence[Ended], *, has_queued: bool) -> None:
        """Tell others of what is recorded; an error of theirs does not undo it."""
        try:
            if has_queued:
                self._on_queued()
            self._on_settled({ended.delivery.user_id for ended in group})
        except Exception as error:  # noqa: BLE001 - what waits is still to be recorded
            log.warning("settlement_not_told", error=error_name(error))


def _recording(group: Sequence[Ended]) -> Callable[[Connection], bool]:
    return lambda tx: settlement.settle(tx, group)
