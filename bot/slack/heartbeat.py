"""Records the last contact with Slack, and tests the connection after a minute without contact."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.runtime.fault_reports import NO_REPORTS, FaultReporter
from bot.slack.errors import SlackRefused, SlackUnreachable, SlackUnusable, slack_errors
from bot.slack.slack_clock import SlackClock

log = structlog.get_logger()

PROBE_SECONDS = 60.0
_PROBE = "auth.test"


class Heartbeat:
    """Remembers when Slack was last in contact with this process, and compares the clocks."""

    def __init__(
        self,
        client: AsyncWebClient,
        clock: Callable[[], datetime],
        faults: FaultReporter = NO_REPORTS,
    ) -> None:
        self._client = client
        self._faults = faults
        self._clock = clock
        self._probing: asyncio.Task[None] | None = None
        self.slack_clock = SlackClock()
        self.seen_at: datetime | None = None

    def beat(self) -> None:
        """Record contact with Slack at this moment."""
        self.seen_at = self._clock()

    def record_answer(self, headers: Mapping[str, Any]) -> None:
        """Record an answer of Slack at this moment, and compare its clock with ours."""
        self.beat()
        self.slack_clock.compare_answer(headers)

    def start(self) -> None:
        """Start probing, on the running event loop."""
        self._probing = asyncio.create_task(self._probe_regularly())

    def stop(self) -> None:
        """Stop probing."""
        if self._probing is not None:
            self._probing.cancel()

    async def probe(self) -> None:
        """Call `auth.test`, unless Slack was in contact within the last minute."""
        quiet = timedelta(seconds=PROBE_SECONDS)
        # The moment may lie in the future, if the clock has been set back since.
        if self.seen_at is not None and abs(self._clock() - self.seen_at) < quiet:
            return
        try:
            with slack_errors():
                answer = await self._client.auth_test()
        except (SlackRefused, SlackUnreachable) as error:
            log.warning("slack_unreachable", code=error.code)
            if isinstance(error, SlackUnusable):
                await self._faults.refused(_PROBE, error.code)
        else:
            self.record_answer(answer.headers)
            await self._faults.worked(_PROBE)

    async def _probe_regularly(self) -> None:
        while True:
            await asyncio.sleep(PROBE_SECONDS)
            await self.probe()
