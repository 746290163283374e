"""Fixture: an HTTP client for the page's API, in a workspace with a connected app."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.sandbox.echo_app import serve_http

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sandbox import Sandbox


@pytest.fixture
async def page(slack: Sandbox) -> AsyncIterator[aiohttp.ClientSession]:
    """A client that acts like the page; the app is connected by HTTP."""
    async for _received in serve_http(slack):
        async with aiohttp.ClientSession(slack.page_url) as session:
            yield session
