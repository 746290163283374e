"""Tests that response URLs expire."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from sandbox import Sandbox


async def test_a_response_url_is_valid_five_times_and_for_half_an_hour(slack: Sandbox) -> None:
    triggers = slack.workspace.triggers
    url = slack.response_url(triggers.new_response_url("U0ANNA", "C0HEALTH"))
    late = slack.response_url(triggers.new_response_url("U0ANNA", "C0HEALTH"))

    async with aiohttp.ClientSession() as session:
        for number in range(6):
            async with session.post(url, json={"text": str(number)}) as response:
                assert response.status == (200 if number < 5 else 404)
        slack.advance(timedelta(minutes=31))
        async with session.post(late, json={"text": "late"}) as response:
            assert (await response.json())["error"] == "expired_url"
