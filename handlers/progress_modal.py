"""A modal that shows the progress of a long task without exceeding Slack's rate limit."""

import time
from collections.abc import Awaitable, Callable

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers import unexpected_errors
from handlers.json_types import Json
from handlers.responses import SLACK_FAULTS, refusal_view

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
            code = unexpected_errors.slack_code(error)
            log.info("progress_not_shown", error=type(error).__name__, code=code)

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


async def finish_in_modal(
    work: Awaitable[None],
    progress: ProgressModal,
    language: str,
    stopped_text: Callable[[str, str], str] | None = None,
) -> None:
    """Wait for the work; show an unexpected error in the modal, which else would never change.

    `stopped_text` returns, for a reference and a language, the text about work that may be done in
    part; without it, `unexpected_errors.text_about` is shown.
    """
    try:
        await work
    except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for the end
        reference = unexpected_errors.record(error)
        if stopped_text is None:
            text = unexpected_errors.text_about(error, reference, language)
        else:
            text = stopped_text(reference, language)
        await progress.show(refusal_view(text, language))
