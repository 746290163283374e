"""The demo as people start it, and a browser to look at it."""

import os
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import BrowserContext

from bot.commands.demo import Demo, Manner, demonstrating
from core.passwords.hashing import Hasher
from tests.bot.quiet import quiet_logs
from tests.browser.chromium import browsing, executable


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    """The whole demo, as `make demo` runs it."""
    quiet_logs()
    async with demonstrating(
        Manner(0, 0, hasher=Hasher(memory_kib=8, rounds=1), unhurried=False)
    ) as shown:
        yield shown


@pytest.fixture
async def browser() -> AsyncIterator[BrowserContext]:
    """A person's browser."""
    path = executable()
    if path is None:
        assert "IMI_TEST_COMPLETE" not in os.environ, "Chromium is missing."
        pytest.skip("needs Chromium")
    async with browsing(path) as context:
        yield context
