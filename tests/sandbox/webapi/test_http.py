"""Tests of parsing the bodies of Web API requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.sandbox.builders import BLOCKS
from tests.sandbox.web_api_client import call_method

if TYPE_CHECKING:
    from sandbox import Sandbox


async def test_a_field_of_a_form_may_contain_json(slack: Sandbox) -> None:
    form = {"token": "xoxb-bot", "channel": "C0HEALTH", "text": "Hi", "blocks": json.dumps(BLOCKS)}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.api_url}chat.postMessage", data=form) as response,
    ):
        assert (await response.json())["ok"]

    assert slack.messages("C0HEALTH")[0].blocks[0]["type"] == "section"


async def test_methods_that_read_ignore_a_json_body(slack: Sandbox) -> None:
    answer = await call_method(slack, "users.info", user="U0ANNA")

    assert answer["error"] == "invalid_arguments"


@pytest.mark.parametrize("raw", [b"{", b"[]"])
async def test_a_body_that_is_not_a_json_object_is_refused(slack: Sandbox, raw: bytes) -> None:
    headers = {"Authorization": "Bearer xoxb-bot", "Content-Type": "application/json"}

    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{slack.api_url}chat.postMessage", data=raw) as response,
    ):
        assert (await response.json())["error"] == "invalid_json"
