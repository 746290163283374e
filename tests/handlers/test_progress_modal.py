"""Tests of the modal that shows the progress of a long task."""

import pytest
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from structlog.testing import capture_logs

from bot.demo.demo import Demo
from handlers import progress_modal


async def test_a_redraw_that_slack_refuses_raises_an_error(demo: Demo) -> None:
    client = AsyncWebClient("xoxb-wrong", base_url=demo.slack.api_url)

    with pytest.raises(SlackApiError):
        await progress_modal.ProgressModal(client, "V1").show_or_raise({})


@pytest.mark.parametrize(
    ("fault", "code"), [("error:internal_error", "internal_error"), ("http_500", None)]
)
async def test_progress_that_slack_does_not_show_is_only_logged(
    demo: Demo, fault: str, code: str | None
) -> None:
    client = AsyncWebClient(demo.slack.app.bot_token, base_url=demo.slack.api_url, timeout=1)
    demo.slack.faults.add("views.update", fault, times=9)

    with capture_logs() as logs:
        await progress_modal.ProgressModal(client, "V1").show({})

    (event,) = [one for one in logs if one["log_level"] == "info"]
    assert (event["event"], event["code"]) == ("progress_not_shown", code)


@pytest.mark.parametrize("error", [TimeoutError, ClientError])
async def test_progress_is_not_shown_while_slack_is_silent(error: type[Exception]) -> None:
    class SilentClient(AsyncWebClient):
        async def views_update(self, **_view: object) -> AsyncSlackResponse:
            raise error

    await progress_modal.ProgressModal(SilentClient("xoxb"), "V1").show({})
