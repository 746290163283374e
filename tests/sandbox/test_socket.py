"""Socket Mode connections fail on demand, and the app comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

from tests.sandbox.counterpart import echo

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sandbox import Sandbox

QUICK = 0.2  # seconds between two looks at the connection


@pytest.fixture
async def socketed(slack: Sandbox) -> AsyncIterator[Sandbox]:
    """A workspace whose app keeps a close eye on its connection."""
    handler = AsyncSocketModeHandler(echo(slack, []), "xapp-app", ping_interval=QUICK)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt's
    await slack.until(lambda: slack.socket.is_open)
    yield slack
    await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt's


@pytest.mark.parametrize("how", ["close", "disconnect", "cut"])
async def test_the_app_connects_anew_when_its_connection_ends(socketed: Sandbox, how: str) -> None:
    first = socketed.socket.connections[0]

    if how == "cut":
        socketed.socket.cut()
    else:
        await getattr(socketed.socket, how)()

    await socketed.until(lambda: any(link is not first for link in socketed.socket.connections))
    assert (await socketed.command("U0ANNA", "/ask")).ok


async def test_a_silent_connection_delivers_nothing_until_the_app_notices(
    socketed: Sandbox,
) -> None:
    socketed.socket.go_silent()

    assert (await socketed.command("U0ANNA", "/ask")).error == "operation_timeout"
    await socketed.until(lambda: any(not link.is_silent for link in socketed.socket.connections))
    assert (await socketed.command("U0ANNA", "/ask")).ok


async def test_a_connection_needs_a_ticket_and_can_be_refused(slack: Sandbox) -> None:
    slack.socket.refuse(times=1)
    async with aiohttp.ClientSession() as session:
        for status in (503, 401):
            with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
                await session.ws_connect(f"{slack.page_url}link/")
            assert caught.value.status == status
