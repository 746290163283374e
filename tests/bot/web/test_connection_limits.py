"""Tests that one address cannot take all connections, and that Slack always gets one."""

from __future__ import annotations

import asyncio
import resource
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from bot.web import connection_limits, request_shares
from bot.web.connection_limits import most_connections
from bot.web.server import Site, serving
from bot.web.slack_addresses import REMEMBERED_SECONDS, SlackAddresses
from bot.web.slack_requests import SLACK_PATH

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope, Send

# Linux has all of 127.0.0.0/8 on loopback.
ATTACKER, OTHER, THIRD = "127.0.0.2", "127.0.0.1", "127.0.0.3"
WHOLE = b"GET / HTTP/1.1\r\nHost: imi\r\n\r\n"
UNFINISHED = b"POST / HTTP/1.1\r\nHost: imi\r\nContent-Length: 9\r\n\r\nabc"


class SlowApp:
    """Answers `/slow` only when told to, and everything else at once."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.in_progress = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/slow":
            self.in_progress += 1
            await self.may_answer.wait()
        await Request(scope, receive).body()
        await PlainTextResponse("answered")(scope, receive, send)

    async def until(self, number: int) -> None:
        async with asyncio.timeout(5):
            while self.in_progress < number:  # noqa: ASYNC110 - requests of other tasks
                await asyncio.sleep(0.01)


class Clients:
    """Opens connections from several addresses of this machine."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._writers: list[asyncio.StreamWriter] = []

    async def connect(self, address: str, begun: bytes = b"") -> asyncio.StreamReader:
        """Open a connection and send what a request begins with."""
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self._port, local_addr=(address, 0)
        )
        self._writers.append(writer)
        writer.write(begun)
        # The server accepts connections in their order.
        await asyncio.sleep(0.02)
        return reader

    async def status(self, address: str, path: str = "/", forwarded: str = "") -> int:
        """Send a request on a new connection; return the status, 0 if there is no answer."""
        header = f"X-Forwarded-For: {forwarded}\r\n" if forwarded else ""
        request = f"GET {path} HTTP/1.1\r\nHost: imi\r\n{header}\r\n"
        try:
            line = await (await self.connect(address, request.encode())).readline()
        except ConnectionError:
            return 0
        return int(line.split()[1]) if line else 0

    def close(self) -> None:
        for writer in self._writers:
            writer.close()


@asynccontextmanager
async def clients_of(
    app: SlowApp | Site, trusted: str = "", slack: SlackAddresses | None = None
) -> AsyncIterator[Clients]:
    async with serving(app, "127.0.0.1", 0, trusted, slack) as port:
        clients = Clients(port)
        try:
            yield clients
        finally:
            clients.close()


def is_open(connection: asyncio.StreamReader) -> bool:
    return not connection.at_eof() and connection.exception() is None


@pytest.fixture(autouse=True)
def _small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limits, "MAX_CONNECTIONS", 8)
    monkeypatch.setattr(connection_limits, "MAX_FROM_ONE_ADDRESS", 3)
    monkeypatch.setattr(request_shares, "MAX_OF_ONE_CLIENT", 3)


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost:", UNFINISHED, WHOLE])
async def test_waiting_connections_beyond_an_addresss_share_give_way_to_its_newest(
    begun: bytes,
) -> None:
    """1,010 of them got everybody a 503 for ten seconds (issue 14, 5)."""
    async with clients_of(SlowApp()) as clients:
        held = [await clients.connect(ATTACKER, begun) for _ in range(20)]

        assert await clients.status(OTHER) == 200
        assert await clients.status(ATTACKER) == 200
        if begun == WHOLE:
            answers = [await connection.readuntil(b"answered") for connection in held]
            assert all(answer.startswith(b"HTTP/1.1 200") for answer in answers)
        # The request of the attacker took the place of one more.
        assert [is_open(one) for one in held] == [False] * 18 + [True] * 2


async def test_an_address_whose_share_is_in_progress_gets_no_more() -> None:
    app = SlowApp()
    async with clients_of(app) as clients:
        slow = [asyncio.create_task(clients.status(ATTACKER, "/slow")) for _ in range(3)]
        await app.until(3)

        assert await clients.status(ATTACKER) == 0
        assert await clients.status(OTHER) == 200

        app.may_answer.set()
        assert await asyncio.gather(*slow) == [200] * 3
        assert await clients.status(ATTACKER) == 200


async def test_when_all_connections_are_taken_the_largest_holder_gives_way() -> None:
    async with clients_of(SlowApp()) as clients:
        kept = [await clients.connect(OTHER), await clients.connect(OTHER)]
        held = [await clients.connect(f"127.0.1.{number // 3}") for number in range(6)]

        assert await clients.status(THIRD) == 200
        assert [is_open(one) for one in held] == [False] + [True] * 5
        assert all(is_open(one) for one in kept)


async def test_when_all_connections_are_in_progress_further_ones_are_refused() -> None:
    app = SlowApp()
    async with clients_of(app) as clients:
        slow = [
            asyncio.create_task(clients.status(f"127.0.1.{number}", "/slow")) for number in range(8)
        ]
        await app.until(8)

        assert await clients.status(OTHER) == 0

        app.may_answer.set()
        assert await asyncio.gather(*slow) == [200] * 8
        assert await clients.status(OTHER) == 200


async def test_an_address_of_slack_has_no_share_and_gives_way_last() -> None:
    slack = SlackAddresses()
    slack.add(ATTACKER)
    async with clients_of(SlowApp(), slack=slack) as clients:
        of_slack = [await clients.connect(ATTACKER) for _ in range(6)]
        others = [await clients.connect(OTHER) for _ in range(2)]

        assert await clients.status(THIRD) == 200
        assert all(is_open(one) for one in of_slack)
        assert [is_open(one) for one in others] == [False, True]


async def test_if_all_connections_are_slacks_its_oldest_gives_way() -> None:
    """A proxy that nobody trusts looks like Slack, and must not shut others out."""
    slack = SlackAddresses()
    slack.add(ATTACKER)
    async with clients_of(SlowApp(), slack=slack) as clients:
        of_slack = [await clients.connect(ATTACKER) for _ in range(8)]

        assert await clients.status(THIRD) == 200
        assert [is_open(one) for one in of_slack] == [False] + [True] * 7


async def test_a_trusted_proxy_has_no_share_but_each_of_its_clients_has() -> None:
    app = SlowApp()
    async with clients_of(app, trusted=ATTACKER) as clients:
        slow = [
            asyncio.create_task(clients.status(ATTACKER, "/slow", forwarded="203.0.113.7"))
            for _ in range(3)
        ]
        await app.until(3)

        assert await clients.status(ATTACKER, forwarded="203.0.113.7") == 503
        assert await clients.status(ATTACKER, forwarded="192.0.2.1, 203.0.113.7") == 503
        assert await clients.status(ATTACKER, forwarded="203.0.113.8") == 200

        app.may_answer.set()
        assert await asyncio.gather(*slow) == [200] * 3
        assert await clients.status(ATTACKER, forwarded="203.0.113.7") == 200


async def test_slacks_requests_behind_a_proxy_have_no_share() -> None:
    app, slack = SlowApp(), SlackAddresses()
    slack.add("203.0.113.7")
    async with clients_of(app, ATTACKER, slack) as clients:
        slow = [
            asyncio.create_task(clients.status(ATTACKER, "/slow", forwarded="203.0.113.7"))
            for _ in range(4)
        ]
        await app.until(4)

        assert await clients.status(ATTACKER, forwarded="203.0.113.7") == 200

        app.may_answer.set()
        assert await asyncio.gather(*slow) == [200] * 4


async def test_a_busy_portal_leaves_connections_for_slack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_shares, "MAX_OF_OTHERS", 2)
    app = SlowApp()
    site = Site(slack=SlowApp(), portal=app, health=SlowApp())
    async with clients_of(site) as clients:
        slow = [asyncio.create_task(clients.status(OTHER, "/slow")) for _ in range(2)]
        await app.until(2)

        assert await clients.status(THIRD) == 503
        assert await clients.status(THIRD, "/readyz") == 503
        assert await clients.status(THIRD, "/healthz") == 200
        assert await clients.status(THIRD, SLACK_PATH) == 200

        app.may_answer.set()
        assert await asyncio.gather(*slow) == [200] * 2


def test_an_address_of_slack_is_remembered_for_an_hour() -> None:
    now = [0.0]
    slack = SlackAddresses(lambda: now[0])
    slack.add("203.0.113.7")
    slack.add("2001:db8::1")

    now[0] = REMEMBERED_SECONDS
    assert "203.0.113.7" in slack
    assert "2001:db8::2" in slack
    assert "203.0.113.8" not in slack

    now[0] += 1
    assert "203.0.113.7" not in slack


@pytest.mark.parametrize(
    ("open_files", "most"),
    [(1024, 824), (300, 150), (65536, 1000), (resource.RLIM_INFINITY, 1000)],
)
def test_connections_leave_open_files_for_everything_else(
    monkeypatch: pytest.MonkeyPatch, open_files: int, most: int
) -> None:
    monkeypatch.setattr(connection_limits, "MAX_CONNECTIONS", 1000)

    assert most_connections(open_files) == most
