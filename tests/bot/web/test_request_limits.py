"""Tests that slow and oversized requests are refused or dropped."""

import asyncio

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot.web import request_limits
from bot.web.server import serving

SOON = 0.2


async def answer_body_size(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the size of the body."""
    body = await Request(scope, receive).body()
    await PlainTextResponse(f"read {len(body)}")(scope, receive, send)


async def exchange(port: int, *pieces: bytes) -> bytes:
    """Send the pieces one after the other; return the answer until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize(
    "begun", [b"", b"GET / HTTP/1.1\r\nHost:", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc"]
)
async def test_a_request_that_does_not_arrive_in_time_is_dropped(
    monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(request_limits, "REQUEST_TIMEOUT_SECONDS", SOON)
    async with serving(answer_body_size, "127.0.0.1", 0) as port:
        assert await exchange(port, begun) == b""


async def test_the_second_request_on_a_connection_has_the_same_timeout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(request_limits, "REQUEST_TIMEOUT_SECONDS", SOON)
    whole = b"GET / HTTP/1.1\r\nHost: imi\r\n\r\n"
    async with serving(answer_body_size, "127.0.0.1", 0) as port:
        answer = await exchange(port, whole, whole, whole[:9])

    assert answer.count(b"read 0") == 2


async def test_the_timeout_does_not_apply_to_the_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(request_limits, "REQUEST_TIMEOUT_SECONDS", SOON)

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(3 * SOON)
        await answer_body_size(scope, receive, send)

    async with serving(slow, "127.0.0.1", 0) as port:
        answer = await exchange(port, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")

    assert answer.endswith(b"read 0")


@pytest.mark.parametrize(
    ("begun", "end"),
    [
        (b"GET /", b" HTTP/1.1\r\nConnection: close\r\n\r\n"),
        (b"GET / HTTP/1.1\r\nConnection: close\r\nCookie: ", b"\r\n\r\n"),
    ],
)
async def test_too_large_request_headers_are_refused(begun: bytes, end: bytes) -> None:
    async with serving(answer_body_size, "127.0.0.1", 0) as port:
        assert await exchange(port, begun, *[b"a" * 30_000] * 5, end) == b""


async def test_many_headers_within_the_limit_are_accepted() -> None:
    head = b"POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 200000\r\n"
    cookies = [b"Cookie: " + b"c" * 7000 + b"\r\n"] * 8
    async with serving(answer_body_size, "127.0.0.1", 0) as port:
        answer = await exchange(port, head, *cookies, b"\r\n", *[b"a" * 50_000] * 4)

    assert answer.endswith(b"read 200000")
