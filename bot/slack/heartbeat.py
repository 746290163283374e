"""Whether Slack was reached lately: by what it sends, else by asking it once a minute."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import SlackRefused, SlackUnreachable, slack_errors

log = structlog.get_logger()

PROBE_SECONDS = 60.0


class Heartbeat:
    """Remembers when Slack was last heard."""

    def __init__(self, client: AsyncWebClient, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._clock = clock
        self._asking: asyncio.Task[None] | None = None
        self.seen_at: datetime | None = None

    def beat(self) -> None:
        """Remember that Slack was heard just now."""
        self.seen_at = self._clock()

    def start(self) -> None:
        """Ask from now on, on the running event loop, where Slack says nothing by itself."""
        self._asking = asyncio.create_task(self._ask())

    def stop(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()

    async def look(self) -> None:
        """Ask Slack whether it is there, unless it was heard within the last minute."""
        quiet = timedelta(seconds=PROBE_SECONDS)
        if self.seen_at is not None and self._clock() - self.seen_at < quiet:
            return
        try:
            with slack_errors():
                await self._client.auth_test()
        except (SlackRefused, SlackUnreachable) as error:
            log.warning("slack_not_reached", code=error.code)
        else:
            self.beat()

    async def _ask(self) -> None:
        while True:
            await asyncio.sleep(PROBE_SECONDS)
            await self.look()
