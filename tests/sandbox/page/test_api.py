"""Tests of the page's long poll, its static files, and its state of unknown members."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.sandbox.page.page_client import wait_for_change

if TYPE_CHECKING:
    import aiohttp

    from sandbox import Sandbox


async def test_the_long_poll_returns_the_next_version(
    slack: Sandbox, page: aiohttp.ClientSession
) -> None:
    since = slack.workspace.changes.version
    waiting = asyncio.create_task(wait_for_change(page, since))
    await asyncio.sleep(0.05)
    assert not waiting.done()

    slack.workspace.show_notice("U0ANNA", "something")

    assert await waiting == since + 1


async def test_only_the_static_files_of_the_page_are_served(page: aiohttp.ClientSession) -> None:
    async with page.get("/index.html") as response:
        assert response.status == 200
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    for wrong in ("/nothing.js", "/..%2Fapi.py", "/secret"):
        async with page.get(wrong) as response:
            assert response.status == 404


async def test_an_unknown_member_has_no_state(page: aiohttp.ClientSession) -> None:
    async with page.get("/page/state", params={"member": "U0NOBODY"}) as response:
        assert response.status == 404
