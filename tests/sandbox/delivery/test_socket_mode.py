"""Tests that the app reconnects after its Socket Mode connection ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

from tests.sandbox.echo_app import echo_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sandbox import Sandbox

PING_INTERVAL = 0.2  # seconds


@pytest.fixture
async def slack_with_socket(slack: Sandbox) -> AsyncIterator[Sandbox]:
    """A workspace whose app is connected by Socket Mode and often sends pings."""
    handler = AsyncSocketModeHandler(echo_app(slack, []), "xapp-app", ping_interval=PING_INTERVAL)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt's
    await slack.until(lambda: slack.socket.is_open)
    yield slack
    await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt's


@pytest.mark.parametrize("ending", ["close", "disconnect", "cut"])
async def test_the_app_reconnects_after_its_connection_ended(
    slack_with_socket: Sandbox, ending: str
) -> None:
    first = slack_with_socket.socket.connections[0]

    if ending == "cut":
        slack_with_socket.socket.cut()
    else:
        await getattr(slack_with_socket.socket, ending)()

    await slack_with_socket.until(
        lambda: any(one is not first for one in slack_with_socket.socket.connections)
    )
    assert (await slack_with_socket.command("U0ANNA", "/ask")).ok


async def test_a_silent_connection_delivers_nothing_until_the_app_reconnects(
    slack_with_socket: Sandbox,
) -> None:
    slack_with_socket.socket.go_silent()

    assert (await slack_with_socket.command("U0ANNA", "/ask")).error == "operation_timeout"
    await slack_with_socket.until(
        lambda: any(not one.is_silent for one in slack_with_socket.socket.connections)
    )
    assert (await slack_with_socket.command("U0ANNA", "/ask")).ok


async def test_a_connection_needs_a_ticket_and_can_be_refused(slack: Sandbox) -> None:
    slack.socket.refuse(times=1)
    async with aiohttp.ClientSession() as session:
        for status in (503, 401):
            with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
                await session.ws_connect(f"{slack.page_url}link/")
            assert caught.value.status == status
