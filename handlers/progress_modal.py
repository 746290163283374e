"""A modal that shows the progress of a long task without exceeding Slack's rate limit."""

import time

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.responses import SLACK_FAULTS
from handlers.ui.blocks import Json

log = structlog.get_logger()

# Slack allows about a hundred updates a minute (tier 4).
SECONDS_BETWEEN = 1.0


class ProgressModal:
    """One open modal; updates are ignored once it is closed."""

    def __init__(self, client: AsyncWebClient, view_id: str) -> None:
        self._client = client
        self._view_id = view_id
        self._shown_at = time.monotonic()

    async def show(self, view: Json) -> None:
        """Show this view now; a fault of Slack is only logged, so that the work goes on."""
        try:
            await self.show_or_raise(view)
        except SLACK_FAULTS as error:
            log.info("progress_not_shown", error=type(error).__name__)

    async def show_or_raise(self, view: Json) -> None:
        """Show this view now, which the person cannot do without.

        Raises:
            SlackClientError, aiohttp.ClientError, TimeoutError: Slack refuses, or gives no answer.
        """
        try:
            await self._client.views_update(view_id=self._view_id, view=view)
        except SlackApiError as error:
            if error.response.get("error") != "not_found":
                raise

    async def show_progress(self, view: Json) -> None:
        """Show this view, unless another one was shown less than a second ago."""
        if time.monotonic() - self._shown_at >= SECONDS_BETWEEN:
            self._shown_at = time.monotonic()
            await self.show(view)
