"""Tests that requests without Slack's signature are refused before their body is parsed."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from structlog.testing import capture_logs

from bot.slack.request_record import RequestRecord
from bot.slack.slack_clock import SlackClock
from bot.web import body_reader
from bot.web.server import serving
from bot.web.slack_addresses import SlackAddresses
from bot.web.slack_requests import MAX_BODY_BYTES, SlackRequests
from core.health.rules import SignedRequests
from core.secret import Secret
from sandbox import signed_headers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope, Send

SECRET = "the signing secret"
FAR_TOO_LARGE = 4 * 1024 * 1024
# They cost a parser seconds: many fields, and many lists.
COSTLY_FORM = b"a=&" * 300_000
COSTLY_JSON = b'{"a":[' + b"[]," * 300_000 + b"[]]}"


class Recorder:
    """Stands for Bolt: remembers each body that it was given."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.bodies.append(await Request(scope, receive).body())
        await PlainTextResponse("passed on")(scope, receive, send)


def a_record() -> RequestRecord:
    return RequestRecord(SlackClock())


@asynccontextmanager
async def door(
    recorder: Recorder,
    addresses: SlackAddresses | None = None,
    record: RequestRecord | None = None,
) -> AsyncIterator[int]:
    requests = SlackRequests(
        recorder, Secret(SECRET), addresses or SlackAddresses(), record or a_record()
    )
    async with serving(requests, "127.0.0.1", 0) as port:
        yield port


def head(length: int | None, headers: dict[str, str], method: str = "POST") -> bytes:
    """Return a request's head; without a length the body is chunked."""
    size = {"Transfer-Encoding": "chunked"} if length is None else {"Content-Length": str(length)}
    lines = [f"{method} /slack/events HTTP/1.1", "Host: imi"]
    lines += [f"{name}: {value}" for name, value in {**size, **headers}.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def status_of(port: int, request: bytes) -> int:
    """Send these bytes and nothing more; return the answer's status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        async with asyncio.timeout(5):
            line = await reader.readline()
    finally:
        writer.close()
    return int(line.split()[1])


def signed(body: bytes, secret: str = SECRET, age: int = 0) -> dict[str, str]:
    return signed_headers(secret, body, int(time.time()) - age)


@pytest.mark.parametrize("length", [FAR_TOO_LARGE, MAX_BODY_BYTES, None])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Request-Timestamp": "1"},
        {"X-Slack-Signature": "v0=", "X-Slack-Request-Timestamp": "1"},
        {"X-Slack-Signature": "v0=" + "0" * 64, "X-Slack-Request-Timestamp": "now"},
    ],
)
async def test_an_unsigned_request_is_refused_unread(
    length: int | None, headers: dict[str, str]
) -> None:
    """One unsigned body of 4 MB kept the process busy for seconds (issue 14, 1)."""
    recorder = Recorder()
    async with door(recorder) as port:
        # The answer comes although not one byte of the body does.
        assert await status_of(port, head(length, headers)) == 401

    assert recorder.bodies == []


async def test_a_body_larger_than_any_of_slack_is_refused_unread() -> None:
    recorder = Recorder()
    async with door(recorder) as port:
        assert await status_of(port, head(MAX_BODY_BYTES + 1, signed(b""))) == 413

    assert recorder.bodies == []


async def test_a_body_without_a_stated_length_is_read_up_to_the_limit() -> None:
    recorder, piece = Recorder(), b"a" * (MAX_BODY_BYTES + 1)
    chunk = b"%x\r\n%s\r\n" % (len(piece), piece)
    async with door(recorder) as port:
        assert await status_of(port, head(None, signed(piece)) + chunk) == 413

    assert recorder.bodies == []


@pytest.mark.parametrize("body", [COSTLY_FORM, COSTLY_JSON, b"", b"\xff\x00"])
@pytest.mark.parametrize(
    ("secret", "age"), [("another secret", 0), (SECRET, 6 * 60), (SECRET, -6 * 60)]
)
async def test_a_wrongly_signed_body_reaches_no_parser(body: bytes, secret: str, age: int) -> None:
    recorder = Recorder()
    async with door(recorder) as port:
        request = head(len(body), signed(body, secret, age)) + body
        assert await status_of(port, request) == 401

    assert recorder.bodies == []


@pytest.mark.parametrize("body", [COSTLY_FORM, b"", b"\xff\x00", b"a" * MAX_BODY_BYTES])
async def test_a_signed_body_is_passed_on_as_it_came(body: bytes) -> None:
    recorder = Recorder()
    async with door(recorder) as port:
        assert await status_of(port, head(len(body), signed(body)) + body) == 200

    assert recorder.bodies == [body]


async def test_a_changed_body_is_refused() -> None:
    recorder = Recorder()
    async with door(recorder) as port:
        assert await status_of(port, head(4, signed(b"a=1")) + b"a=12") == 401

    assert recorder.bodies == []


async def test_only_a_signed_request_makes_its_address_one_of_slack() -> None:
    """Addresses of Slack have no limit of connections (issue 14, 5)."""
    addresses = SlackAddresses()
    async with door(Recorder(), addresses) as port:
        for headers in ({}, signed(b"a=1", "another secret"), signed(b"a=1", age=6 * 60)):
            await status_of(port, head(3, headers) + b"a=1")
        assert "127.0.0.1" not in addresses

        await status_of(port, head(3, signed(b"a=1")) + b"a=1")
        assert "127.0.0.1" in addresses


@pytest.mark.parametrize(
    ("secret", "age", "reason", "seconds"),
    [
        (SECRET, 6 * 60, "clock", 360),
        (SECRET, -6 * 60, "clock", -360),
        ("another secret", 0, "signature", None),
        ("another secret", 6 * 60, "signature", None),
    ],
)
async def test_the_log_tells_a_wrong_clock_from_a_wrong_secret(
    secret: str, age: int, reason: str, seconds: int | None
) -> None:
    """B18: signed right, six minutes old, it was refused without a trace."""
    with capture_logs() as logs:
        async with door(Recorder()) as port:
            assert await status_of(port, head(3, signed(b"a=1", secret, age)) + b"a=1") == 401

    (line,) = [line for line in logs if line["event"] == "slack_request_refused"]
    assert (line["reason"], line["number"]) == (reason, 1)
    if seconds is None:
        assert "SLACK_SIGNING_SECRET" in line["check"]
    else:
        assert line["check"] == "the clock of this machine"
        assert abs(line["seconds_ahead"] - seconds) <= 1


async def test_a_flood_of_refused_requests_does_not_flood_the_log() -> None:
    refused: list[str] = []
    record = RequestRecord(SlackClock(), refused.append)
    forged = head(3, signed(b"a=1", "another secret")) + b"a=1"
    with capture_logs() as logs:
        async with door(Recorder(), record=record) as port:
            for request in [head(3, {}) + b"a=1", forged, head(MAX_BODY_BYTES + 1, signed(b""))]:
                for _ in range(20):
                    await status_of(port, request)

    assert [line["reason"] for line in logs] == ["unsigned", "signature", "too_large"]
    assert refused == ["unsigned"] * 20 + ["signature"] * 20 + ["too_large"] * 20
    assert record.signed_requests == SignedRequests(right=0, wrong=20)


@pytest.mark.parametrize("place", ["before", "after"])
async def test_two_signatures_are_refused(place: str) -> None:
    recorder, wrong = Recorder(), b"X-Slack-Signature: v0=" + b"0" * 64
    request = head(3, signed(b"a=1"))
    if place == "before":
        request = request.replace(b"Host: imi", b"Host: imi\r\n" + wrong)
    else:
        request = request.removesuffix(b"\r\n") + wrong + b"\r\n\r\n"
    async with door(recorder) as port:
        assert await status_of(port, request + b"a=1") == 401

    assert recorder.bodies == []


async def test_only_post_is_answered() -> None:
    recorder = Recorder()
    async with door(recorder) as port:
        assert await status_of(port, head(0, signed(b""), "GET")) == 405

    assert recorder.bodies == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"ssl_check=1&token=abc", 200),
        (b"token=abc&ssl_check=1", 200),
        (b"ssl_check=0&token=abc", 401),
        (b"token=ssl_check=1", 401),
        (b"ssl_check=1&command=%2Fimi-adduser&token=" + b"a" * 1024, 401),
    ],
)
async def test_slacks_certificate_check_is_answered_and_not_passed_on(
    body: bytes, status: int
) -> None:
    """Slack signs every request but this one."""
    recorder = Recorder()
    async with door(recorder) as port:
        assert await status_of(port, head(len(body), {}) + body) == status

    assert recorder.bodies == []


async def test_long_bodies_together_fill_a_bounded_part_of_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A thousand connections with a body of 1 MiB each would need as many MiB (issue 14, 1)."""
    monkeypatch.setattr(body_reader, "SHORT_BODY_BYTES", 1000)
    monkeypatch.setattr(body_reader, "MAX_LONG_BODIES_BYTES", 5000)
    recorder, long, short = Recorder(), b"a" * 2000, b"a" * 1000
    async with door(recorder) as port:
        held = []
        for _ in range(2):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head(2001, signed(b"")) + long)
            held.append(writer)
        await asyncio.sleep(0.05)

        assert await status_of(port, head(len(long), signed(long)) + long) == 503
        assert await status_of(port, head(len(short), signed(short)) + short) == 200
        for writer in held:
            writer.close()
            await writer.wait_closed()
        await asyncio.sleep(0.05)
        assert await status_of(port, head(len(long), signed(long)) + long) == 200

    assert recorder.bodies == [short, long]


@pytest.mark.parametrize("secret", ["", "  "])
def test_without_a_secret_there_is_no_door(secret: str) -> None:
    """Everybody can sign with an empty key."""
    with pytest.raises(ValueError, match="signing secret"):
        SlackRequests(Recorder(), Secret(secret), SlackAddresses(), a_record())
