"""The interface to which the clients of Slack and mail report refused and successful calls.

A refused call is one in which the service refuses the bot itself, not one message.
"""

from typing import Protocol


class FaultReporter(Protocol):
    """Receives the outcomes of the calls to one service."""

    async def refused(self, step: str, code: str) -> None:
        """Record that the service refuses the bot at this step, with this code."""
        ...

    async def worked(self, step: str | None = None) -> None:
        """Record that this step succeeded; without a step, that all steps did."""
        ...


class NoReports:
    """Records nothing."""

    async def refused(self, step: str, code: str) -> None:
        """Do nothing."""

    async def worked(self, step: str | None = None) -> None:
        """Do nothing."""


NO_REPORTS: FaultReporter = NoReports()
