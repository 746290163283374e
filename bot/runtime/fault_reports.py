"""Reports to the health of the installation whether a service refused the bot or worked."""

from typing import Protocol


class FaultReporter(Protocol):
    """Receives what became of the calls to one service."""

    async def refused(self, step: str, code: str) -> None:
        """Record that the service refuses the bot this step, with this code."""
        ...

    async def worked(self, step: str | None = None) -> None:
        """Record that this step worked; without a step, that all of them did."""
        ...


class NoReports:
    """Records nothing."""

    async def refused(self, step: str, code: str) -> None:
        """Do nothing."""

    async def worked(self, step: str | None = None) -> None:
        """Do nothing."""


NO_REPORTS: FaultReporter = NoReports()
