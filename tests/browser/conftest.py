"""Fixtures: the demo as `make demo` runs it, and a browser."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext

from bot.demo.demo import Demo, DemoOptions, running_demo
from core.passwords.hashing import Hasher
from tests import databases
from tests.bot.log_capture import log_to_memory
from tests.browser.chromium import chromium_path, new_browser, running_chromium


@pytest_asyncio.fixture(loop_scope="session")
async def demo(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Demo]:
    """The demo on a database that is already migrated."""
    log_to_memory()
    url = databases.sqlite_copy(sqlite_template, tmp_path)
    hasher = Hasher(memory_kib=8, rounds=1)
    options = DemoOptions(0, 0, database_url=url, hasher=hasher, real_rate_limits=False)
    async with running_demo(options) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Chromium, started once: all its tests run in the event loop of the session."""
    path = chromium_path()
    if path is None:
        assert "IMI_TEST_COMPLETE" not in os.environ, "Chromium is missing."
        pytest.skip("needs Chromium")
    async with running_chromium(path) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def browser(chromium: Browser) -> AsyncIterator[BrowserContext]:
    """A person's browser."""
    async with new_browser(chromium) as context:
        yield context
