"""Tests that requests refused for their time or signature are counted and logged (B18)."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientSession
from structlog.testing import capture_logs

from sandbox.delivery import payloads
from sandbox.delivery.http import encoded, signed_headers
from sandbox.delivery.requests import AppRequest
from tests.handlers.demo_actions import ANNA
from tests.handlers.valid_payloads import single_use_parts

if TYPE_CHECKING:
    from bot.demo.demo import Demo

READY = "database: ok\nSlack: ok\n"


def a_request(demo: Demo) -> AppRequest:
    workspace = demo.slack.workspace
    form = payloads.command(workspace, workspace.members[ANNA], "D0X", ("/imi-help", ""))
    request = AppRequest("slash_commands", {**form, "response_url": ""})
    return AppRequest(request.type, {**request.payload, **single_use_parts(demo, request, ANNA)})


async def send(demo: Demo, request: AppRequest, secret: str = "", age: int = 0) -> int:
    """Send the request as it was signed `age` seconds ago; return the status."""
    own = demo.settings.slack_signing_secret
    assert own is not None
    body, content_type = encoded(request)
    signature = signed_headers(secret or own.get_secret_value(), body, int(time.time()) - age)
    headers = {**signature, "Content-Type": content_type}
    url = f"{demo.settings.imi_public_url}/slack/events"
    async with ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status


async def readiness(demo: Demo) -> tuple[int, str]:
    url = f"{demo.settings.imi_public_url}/readyz"
    async with ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize(
    ("age", "clock"),
    [(6 * 60, r"36\d seconds ahead of"), (-6 * 60, r"3[56]\d seconds behind")],
)
async def test_a_wrong_clock_is_named_and_forgotten_once_it_is_right(
    demo: Demo, age: int, clock: str
) -> None:
    assert await readiness(demo) == (200, READY)
    with capture_logs() as logs:
        assert await send(demo, a_request(demo), age=age) == 401

    (line,) = [line for line in logs if line["event"] == "slack_request_refused"]
    assert (line["reason"], line["check"]) == ("clock", "the clock of this machine")
    status, text = await readiness(demo)
    assert status == 503
    assert re.fullmatch(rf"{READY}clock: {clock} Slack's; its requests are refused\n", text), text

    assert await send(demo, a_request(demo)) == 200
    assert await readiness(demo) == (200, READY)


async def test_a_wrong_secret_is_named(demo: Demo) -> None:
    with capture_logs() as logs:
        for _ in range(3):
            assert await send(demo, a_request(demo), "another secret") == 401

    (line,) = [line for line in logs if line["event"] == "slack_request_refused"]
    assert line["reason"] == "signature"
    assert "SLACK_SIGNING_SECRET" in line["check"]
    wrong = "signatures: 3 wrong, none right; check SLACK_SIGNING_SECRET\n"
    assert await readiness(demo) == (200, READY + wrong)

    assert await send(demo, a_request(demo)) == 200
    assert await readiness(demo) == (200, READY)


async def test_a_forged_request_is_no_contact_with_slack(demo: Demo) -> None:
    """Each answer counted as contact, so that strangers kept readyz green."""
    demo.slack.clock.advance(timedelta(minutes=10))
    unreachable = (503, "database: ok\nSlack: not reachable\n")
    assert await readiness(demo) == unreachable

    assert await send(demo, a_request(demo), age=6 * 60) == 401
    assert (await readiness(demo))[1].startswith(unreachable[1])

    assert await send(demo, a_request(demo)) == 200
    assert await readiness(demo) == (200, READY)
