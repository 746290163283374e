"""Records that Slack or the mail server refuses the bot itself, and that it works again."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.slack.advice import BAD_TOKEN
from core.faults import rows, service
from core.faults.rules import InstallationFault, Service
from core.store.store import Store

log = structlog.get_logger()

# The age at which the copy is read again: another process may have recorded a fault.
REREAD_AFTER = timedelta(minutes=1)


class InstallationFaults:
    """Keeps the faults in the database, and a copy in memory, read once a minute.

    By the copy it knows, without a query, which successful calls end a fault.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[Service, InstallationFault] = {}
        self._read_at: datetime | None = None

    def reporter_of(self, service: Service) -> "ServiceReporter":
        """Return the reporter for the calls to this service."""
        return ServiceReporter(self, service)

    async def refused(self, fault: InstallationFault) -> None:
        """Record the fault, and log it if it is new; if the database fails, only log that."""
        try:
            is_new = await self._store.write(lambda tx: service.record_refusal(tx, fault))
            await self._read()
        except Exception as error:  # noqa: BLE001 - the refused call matters more than its record
            log.warning("fault_not_recorded", error=type(error).__name__)
            return
        if is_new:
            log.error("installation_fault", service=fault.service, step=fault.step, code=fault.code)

    async def worked(self, name: Service, step: str | None) -> None:
        """Record that the step works again, if it is the one that was refused.

        Where the token itself was refused, any step that works shows that it is right again.
        """
        try:
            if self._is_stale():
                await self._read()
            fault = self._known.get(name)
            if fault is None or fault.worked_at is not None:
                return
            if step not in {None, fault.step} and fault.code not in BAD_TOKEN:
                return
            now = self._clock()
            await self._store.write(lambda tx: service.record_success(tx, name, now))
            await self._read()
        except Exception as error:  # noqa: BLE001 - the next success records it
            log.warning("success_not_recorded", error=type(error).__name__)

    def now(self) -> datetime:
        """Return the current time."""
        return self._clock()

    def _is_stale(self) -> bool:
        # A clock that was set back makes the age negative.
        return self._read_at is None or abs(self._clock() - self._read_at) >= REREAD_AFTER

    async def _read(self) -> None:
        faults = await self._store.read(rows.all_faults)
        self._known = {fault.service: fault for fault in faults}
        self._read_at = self._clock()


class ServiceReporter:
    """Records whether calls to one service were refused or succeeded; it is a `FaultReporter`."""

    def __init__(self, faults: InstallationFaults, service: Service) -> None:
        self._faults = faults
        self._service = service

    async def refused(self, step: str, code: str) -> None:
        """Record that the service refuses the bot at this step, with this code."""
        await self._faults.refused(InstallationFault(self._service, step, code, self._faults.now()))

    async def worked(self, step: str | None = None) -> None:
        """Record that this step succeeded; without a step, that all steps did."""
        await self._faults.worked(self._service, step)
