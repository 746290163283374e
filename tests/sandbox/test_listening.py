"""A server that stops in the moment in which somebody connects leaves no connection open."""

import asyncio
import contextlib
import gc
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest

from sandbox.mailbox import Mailbox
from sandbox.server import Server
from sandbox.state.change_counter import ChangeCounter
from tests.crash.proxy import Proxy

# The event loop's turns between the client's connecting and the stop; asyncio accepts in the
# first and makes the transport in a later one.
TURNS = range(6)
Stop = Callable[[], Awaitable[None]]
Listening = Callable[[], contextlib.AbstractAsyncContextManager[tuple[int, Stop]]]


@contextlib.asynccontextmanager
async def _mailbox() -> AsyncIterator[tuple[int, Stop]]:
    mailbox = Mailbox(lambda: datetime.now(UTC), ChangeCounter())
    await mailbox.start(0)
    yield mailbox.port, mailbox.stop


@contextlib.asynccontextmanager
async def _http() -> AsyncIterator[tuple[int, Stop]]:
    server = Server([])
    await server.start(0)
    yield server.port, server.stop


@contextlib.asynccontextmanager
async def _proxy() -> AsyncIterator[tuple[int, Stop]]:
    async with _http() as (port, stop), Proxy(f"http://127.0.0.1:{port}/") as proxy:
        yield int(proxy.url.rstrip("/").rpartition(":")[2]), proxy.cut
        await stop()


@pytest.mark.parametrize("turns", TURNS)
@pytest.mark.parametrize("listening", [_mailbox, _http, _proxy])
async def test_a_connection_accepted_while_its_server_stops_is_closed(
    listening: Listening, turns: int
) -> None:
    async with listening() as (port, stop):
        with socket.create_connection(("127.0.0.1", port)) as client:
            for _ in range(turns):
                await asyncio.sleep(0)
            await stop()
            client.setblocking(False)
        # A transport that nobody closed says so now, and fails the test.
        for _ in range(5):
            await asyncio.sleep(0)
        gc.collect()
