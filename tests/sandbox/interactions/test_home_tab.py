"""Tests of opening the Home tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox import Sandbox
    from sandbox.json_types import Json


async def test_opening_the_home_tab_sends_an_event(slack: Sandbox, received: list[Json]) -> None:
    assert (await slack.open_home("U0ANNA")).ok

    event = received[-1]["event"]
    assert (event["type"], event["tab"], event["channel"]) == ("app_home_opened", "home", "D0ANNA")
    assert "view" not in event
