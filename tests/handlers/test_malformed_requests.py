"""Tests of forged and malformed HTTP requests: a clean refusal, and no change in the database."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest
from aiohttp import ClientSession
from sqlalchemy import select

from bot.web.slack_requests import MAX_BODY_BYTES
from core.schema.deliveries import deliveries
from handlers.resets import views
from sandbox import signed_headers
from tests.handlers.demo_actions import ANNA, JONAS, register, wait_until_sent
from tests.handlers.forged_requests import id_of, submissions
from tests.handlers.stored_state import OTHER_AUTHORITY, lasting_rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.demo.demo import Demo
    from core.rulebook import Rulebook

FORM = "application/x-www-form-urlencoded"
COMMAND = {
    "command": "/imi-adduser",
    "team_id": "T0IMI",
    "user_id": ANNA,
    "trigger_id": "1.2",
    "response_url": "http://127.0.0.1:9/",
}
BODY = urlencode(COMMAND).encode()


async def send_for_status(demo: Demo, body: bytes, headers: dict[str, str]) -> int:
    url = f"{demo.settings.imi_public_url}/slack/events"
    whole = {"Content-Type": FORM, **headers}
    async with (
        ClientSession() as session,
        session.post(url, data=BytesIO(body), headers=whole) as answer,
    ):
        return answer.status


def secret_of(demo: Demo) -> str:
    secret = demo.settings.slack_signing_secret
    assert secret is not None
    return secret.get_secret_value()


def rows_and_messages(tx: Connection) -> tuple[dict[str, list[Any]], list[Any]]:
    """Return the rows that stay, and which messages were queued."""
    return lasting_rows(tx), sorted(tx.scalars(select(deliveries.c.id)))


def signature_headers(demo: Demo, body: bytes, *, age: int = 0, key: str = "") -> dict[str, str]:
    return signed_headers(key or secret_of(demo), body, int(time.time()) - age)


async def test_a_request_with_a_wrong_signature_is_refused(demo: Demo) -> None:
    good = signature_headers(demo, BODY)
    name, moment = "X-Slack-Signature", "X-Slack-Request-Timestamp"
    base = b"v0:0:" + BODY
    old_scheme = "v1=" + hmac.new(secret_of(demo).encode(), base, hashlib.sha256).hexdigest()
    broken = [
        {},
        {name: good[name]},
        {moment: good[moment]},
        {**good, name: ""},
        {**good, name: "v0="},
        {**good, name: good[name][:-1]},
        {**good, name: good[name].replace("v0=", "")},
        {**good, name: good[name] + "\u00e6"},
        {**good, name: old_scheme},
        {**good, moment: "0"},
        {**good, moment: "now"},
        {**good, moment: str(int(good[moment]) + 1)},
        signature_headers(demo, BODY + b"&text=x"),
        signature_headers(demo, BODY, key="another secret"),
        signature_headers(demo, BODY, age=6 * 60),
        signature_headers(demo, BODY, age=-6 * 60),
    ]
    before = await demo.product.store.read(lasting_rows)

    statuses = [await send_for_status(demo, BODY, headers) for headers in broken]

    assert statuses == [401] * len(broken)
    assert await demo.product.store.read(lasting_rows) == before
    assert demo.slack.view(ANNA) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"payload=",
        b"payload=%7B",
        b"payload=null",
        b"payload=%5B%5D",
        b"payload=1&payload=2",
        b"\xff\xfe\x00",
        urlencode({"payload": "[" * 5000}).encode(),
        urlencode({"payload": json.dumps({"type": "block_actions"})}).encode(),
        urlencode({"payload": json.dumps({"type": "view_submission", "view": None})}).encode(),
        urlencode({"payload": json.dumps({"type": "view_submission", "view": {}})}).encode(),
        urlencode({"payload": json.dumps({"type": "event_callback", "event": []})}).encode(),
        urlencode({**COMMAND, "command": "/imi-nothing"}).encode(),
        urlencode({"command": "/imi-adduser"}).encode(),
        urlencode({**COMMAND, "team_id": "T0OTHER"}).encode(),
    ],
)
async def test_a_malformed_body_is_refused_with_or_without_signature(
    demo: Demo, body: bytes
) -> None:
    before = await demo.product.store.read(lasting_rows)

    for headers in (
        signature_headers(demo, body),
        {},
        {**signature_headers(demo, body), "Content-Type": "text/json"},
    ):
        assert await send_for_status(demo, body, headers) < 500

    assert await demo.product.store.read(lasting_rows) == before


async def test_a_body_that_is_too_large_is_not_read_completely(demo: Demo) -> None:
    body = b"payload=" + b"x" * MAX_BODY_BYTES
    url = urlsplit(demo.settings.imi_public_url)
    signature = signature_headers(demo, body)
    lines = [f"{name}: {value}" for name, value in signature.items()]
    lines += [f"Content-Length: {len(body)}", f"Content-Type: {FORM}", "Host: imi"]
    head = "\r\n".join(["POST /slack/events HTTP/1.1", *lines, "", ""]).encode()

    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    # The answer comes before the body is sent.
    writer.write(head)
    answer = await reader.read()
    writer.close()

    assert answer.startswith(b"HTTP/1.1 413 ")


async def test_a_repeated_request_changes_nothing_twice(demo: Demo, rulebook: Rulebook) -> None:
    """Slack repeats a request that was answered late, with the same signature."""
    await register(demo, member=JONAS)
    await wait_until_sent(demo)
    (asking,) = (
        one for one in submissions(rulebook, JONAS, OTHER_AUTHORITY) if id_of(one) == views.REQUEST
    )
    body = urlencode({"payload": json.dumps(asking)}).encode()
    headers = signature_headers(demo, body)
    stored = [await demo.product.store.read(rows_and_messages)]

    for _ in range(2):
        assert await send_for_status(demo, body, headers) == 200
        stored.append(await demo.product.store.read(rows_and_messages))

    before, once, twice = stored
    assert once != before
    assert twice == once
