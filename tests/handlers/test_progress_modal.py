"""Tests of the modal that shows the progress of a long task."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.demo import Demo
from handlers import progress_modal


async def test_a_redraw_that_slack_refuses_raises_an_error(demo: Demo) -> None:
    client = AsyncWebClient("xoxb-wrong", base_url=demo.slack.api_url)

    with pytest.raises(SlackApiError):
        await progress_modal.ProgressModal(client, "V1").show({})
