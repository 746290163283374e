"""Tests that valid requests of each kind change nothing without a current signature of Slack."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientSession

from sandbox.delivery.http import encoded, signed_headers
from sandbox.delivery.requests import AppRequest
from tests.handlers.demo_actions import ANNA
from tests.handlers.signed_requests import send_parcel
from tests.handlers.stored_state import lasting_rows
from tests.handlers.valid_payloads import parcels_by_name, single_use_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.demo.demo import Demo
    from core.rulebook import Rulebook

KINDS = frozenset(
    {
        *("command", "shortcut", "event_callback", "view_submission", "view_closed"),
        *("block_actions", "block_suggestion", "url_verification"),
    }
)
CHALLENGE = AppRequest(
    "events_api", {"type": "url_verification", "token": "t", "challenge": "the challenge"}
)


def kind_of(parcel: AppRequest) -> str:
    return str(parcel.payload.get("type", "command"))


def every_parcel(demo: Demo, rulebook: Rulebook) -> Iterator[AppRequest]:
    for parcels in parcels_by_name(demo, rulebook, ANNA).values():
        yield from parcels
    yield CHALLENGE


def forged_headers(demo: Demo, body: bytes, how: str) -> dict[str, str]:
    """Return the signature headers of somebody who does not have the secret, or has an old one."""
    secret = demo.settings.slack_signing_secret
    assert secret is not None
    own, now = secret.get_secret_value(), int(time.time())
    return {
        "none": {},
        "another secret": signed_headers("another secret", body, now),
        "another body": signed_headers(own, body + b" ", now),
        "too old": signed_headers(own, body, now - 6 * 60),
        "from the future": signed_headers(own, body, now + 6 * 60),
    }[how]


@pytest.mark.parametrize(
    "how", ["none", "another secret", "another body", "too old", "from the future"]
)
async def test_a_forged_request_of_any_kind_is_refused(
    demo: Demo, rulebook: Rulebook, how: str
) -> None:
    """Each is what Slack itself sends, but for the signature: nothing else refuses it."""
    url = f"{demo.settings.imi_public_url}/slack/events"
    before, calls = await demo.product.store.read(lasting_rows), len(demo.slack.calls)
    statuses: dict[str, set[int]] = {}

    async with ClientSession() as session:
        for parcel in every_parcel(demo, rulebook):
            body, content_type = encoded(parcel)
            headers = {**forged_headers(demo, body, how), "Content-Type": content_type}
            async with session.post(url, data=body, headers=headers) as answer:
                statuses.setdefault(kind_of(parcel), set()).add(answer.status)

    assert statuses == {kind: {401} for kind in KINDS}
    assert await demo.product.store.read(lasting_rows) == before
    assert demo.slack.calls[calls:] == []


async def test_the_same_requests_are_answered_when_slack_signed_them(
    demo: Demo, rulebook: Rulebook
) -> None:
    """The samples above are whole: only their signatures are wrong."""
    by_kind = {kind_of(parcel): parcel for parcel in every_parcel(demo, rulebook)}
    for kind, parcel in by_kind.items():
        fresh = {**parcel.payload, **single_use_parts(demo, parcel, ANNA)}

        status, text = await send_parcel(demo, AppRequest(parcel.type, fresh))

        # No listener waits for a closed modal: Bolt says so, after the check.
        assert status == (404 if kind == "view_closed" else 200), kind
        if parcel is CHALLENGE:
            assert json.loads(text) == {"challenge": "the challenge"}

    assert set(by_kind) == KINDS
