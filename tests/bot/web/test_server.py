"""Tests of the HTTP server: clients' addresses behind proxies, routing, and the socket."""

import asyncio
import socket

import aiohttp
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot.web import server
from bot.web.server import Site, listen, serving


async def answer_client_address(scope: Scope, receive: Receive, send: Send) -> None:
    client = Request(scope).client
    assert client is not None
    await PlainTextResponse(client.host)(scope, receive, send)


@pytest.mark.parametrize(
    ("trusted", "address"),
    [("", "127.0.0.1"), ("127.0.0.1", "203.0.113.7"), ("10.0.0.1", "127.0.0.1")],
)
async def test_only_a_trusted_proxy_can_set_the_clients_address(
    trusted: str, address: str
) -> None:  # D3
    headers = {"X-Forwarded-For": "203.0.113.7"}
    async with (
        serving(answer_client_address, "127.0.0.1", 0, trusted) as port,
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"http://127.0.0.1:{port}/") as answer,
    ):
        assert await answer.text() == address


@pytest.mark.parametrize(("trusted", "address"), [("", "::1"), ("::1/128", "2001:db8::7")])
async def test_a_proxy_may_have_an_ipv6_address(trusted: str, address: str) -> None:  # D3
    headers = {"X-Forwarded-For": "2001:db8::7"}
    async with (
        serving(answer_client_address, "::1", 0, trusted) as port,
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"http://[::1]:{port}/") as answer,
    ):
        assert await answer.text() == address


async def test_of_two_forwarded_headers_the_proxys_own_counts() -> None:  # D3
    headers = [("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-For", "203.0.113.7")]
    async with (
        serving(answer_client_address, "127.0.0.1", 0, "127.0.0.1") as port,
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/", headers=headers) as answer,
    ):
        assert await answer.text() == "203.0.113.7"


async def answer_probe(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("probed")(scope, receive, send)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_health_paths_go_to_the_health_endpoints(path: str) -> None:
    site = Site(slack=None, portal=answer_client_address, health=answer_probe)
    async with serving(site, "127.0.0.1", 0) as port, aiohttp.ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{port}{path}") as answer:
            assert await answer.text() == "probed"
        async with session.get(f"http://127.0.0.1:{port}{path}/more") as answer:
            assert await answer.text() == "127.0.0.1"


async def test_a_request_with_two_lengths_is_refused() -> None:
    request = (
        b"POST / HTTP/1.1\r\nHost: imi\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /other HTTP/1.1\r\nHost: imi\r\n\r\n"
    )
    async with serving(answer_client_address, "127.0.0.1", 0) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        answer = await reader.read()
        writer.close()

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1") == 1


async def test_an_idle_connection_is_closed_by_the_proxy_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise a request that a proxy sends at that moment would be lost."""
    caddy_keeps = 120
    assert caddy_keeps < server.KEEP_ALIVE_SECONDS

    # With no time at all, the connection is closed after the first answer.
    monkeypatch.setattr(server, "KEEP_ALIVE_SECONDS", 0)
    async with serving(answer_client_address, "127.0.0.1", 0) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: imi\r\n\r\n")
        async with asyncio.timeout(10):
            assert (await reader.read()).endswith(b"127.0.0.1")
        writer.close()


def test_small_packets_are_sent_at_once() -> None:
    with (
        listen("127.0.0.1", 0) as listening,
        socket.create_connection(listening.getsockname()),
        listening.accept()[0] as connection,
    ):
        # With Nagle's algorithm each packet would wait 40 ms.
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
