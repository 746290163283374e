"""Tests of the check of the arguments of a Web API method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sandbox.web_api_client import call_method

if TYPE_CHECKING:
    from sandbox import Sandbox


async def test_the_response_names_a_missing_or_wrong_argument(slack: Sandbox) -> None:
    missing = await call_method(slack, "chat.postMessage", text="a")
    assert "channel" in missing["response_metadata"]["messages"][0]
    wrong = await call_method(slack, "chat.postMessage", channel=7, text="a")
    assert "string" in wrong["response_metadata"]["messages"][0]
