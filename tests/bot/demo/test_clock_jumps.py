"""Tests that a jump of the demo's clock is felt at once, and that the page says what happened."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.demo.demo import Demo
from bot.demo.ireland import COORDINATOR
from tests.bot.portal.browser import Browser
from tests.sample_demo import demo_with_sample_users

HOUR, DAY = 3600, 24 * 3600


@pytest.fixture
async def demo(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Demo]:
    """The demo with users in every state, when it has sent what is to be sent at its beginning."""
    async with demo_with_sample_users(sqlite_template, tmp_path) as running:
        yield running


async def jump(demo: Demo, seconds: float) -> str:
    """Move the clock as the page does, and return what the page then says."""
    body = {"act": "clock", "member": "U0AOIFE", "advance_seconds": seconds}
    async with (
        ClientSession(demo.slack.page_url) as page,
        page.post("/page/act", json=body) as answer,
    ):
        return str((await answer.json())["happened"])


async def test_a_jump_sends_the_reminders_that_are_due_by_then(demo: Demo) -> None:  # R69, C3
    await jump(demo, HOUR)

    said = await jump(demo, 90 * DAY)

    # Seven people have passwords that expire then, and each is told before the jump has ended.
    assert re.fullmatch(
        r"The clock stands at \d{1,2} \w+ \d{4}\. [0-9]+ reminders were sent\.( .*)?", said
    )
    texts = [str(one.text) for one in demo.slack.messages("U0AOIFE")]
    assert any("expired" in text for text in texts)


async def test_a_jump_in_which_nothing_is_due_says_so(demo: Demo) -> None:
    await jump(demo, HOUR)

    said = await jump(demo, 1)

    assert said.endswith("Nothing was due.")


async def test_a_jump_ends_the_throttles(demo: Demo) -> None:  # D3
    async with Browser(demo.settings.imi_public_url) as browser:
        for _ in range(11):
            page = await browser.sign_in("nobody", "wrong")
        assert page.status == 429

        await jump(demo, HOUR)

        assert (await browser.sign_in("nobody", "wrong")).status == 401


async def test_after_a_jump_slack_counts_as_reachable(demo: Demo) -> None:
    await jump(demo, DAY)

    assert (await demo.slack.command(COORDINATOR, "/imi-health")).ok
    await demo.slack.until(lambda: demo.slack.view(COORDINATOR))
    assert "Slack has not been reached" not in str(demo.slack.view(COORDINATOR))
