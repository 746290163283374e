"""Tests of the answers to users and to Slack while the database is not available."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from core.store.outages import DatabaseUnavailableError
from handlers.commands import help_entries
from tests.handlers.demo_actions import ANNA, IDA, last_answer, view_text
from tests.handlers.signed_requests import send_for_status

if TYPE_CHECKING:
    from bot.demo.demo import Demo

UNAVAILABLE = "The accounts in IMI cannot be reached at the moment."
EVENT = {
    "type": "event_callback",
    "team_id": "T0IMI",
    "event": {"type": "app_home_opened", "user": ANNA, "tab": "home", "channel": "D1"},
}


@pytest.fixture
def unavailable(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    async def raise_unavailable(_: object) -> None:
        raise DatabaseUnavailableError("ConnectionRefusedError")

    for door in ("read", "write"):
        monkeypatch.setattr(demo.product.store, door, raise_unavailable)


@pytest.mark.usefixtures("unavailable")
async def test_every_command_says_that_the_accounts_cannot_be_reached(demo: Demo) -> None:
    with capture_logs() as logs:
        for entry in help_entries("en"):
            await demo.slack.command(ANNA, entry.command)
            assert UNAVAILABLE in last_answer(demo), entry.command

    causes = {entry["error"] for entry in logs if entry["event"] == "unexpected_error"}
    assert causes == {"ConnectionRefusedError"}


async def test_a_submission_keeps_what_was_typed(
    demo: Demo, request: pytest.FixtureRequest
) -> None:
    await demo.slack.command(ANNA, "/imi-adduser")
    await demo.slack.fill(ANNA, {**IDA})
    request.getfixturevalue("unavailable")

    await demo.slack.submit(ANNA)

    assert UNAVAILABLE in view_text(demo)
    below = demo.slack.views(ANNA)[0]
    assert IDA["email"] in str(below["state"])


@pytest.mark.usefixtures("unavailable")
async def test_a_shortcut_says_that_the_accounts_cannot_be_reached(demo: Demo) -> None:
    answer = await demo.slack.shortcut(ANNA, "add_user")

    assert answer.ok
    assert UNAVAILABLE in view_text(demo)


@pytest.mark.usefixtures("unavailable")
async def test_slack_sends_an_event_again_that_could_not_be_handled(demo: Demo) -> None:
    """Otherwise a member's deactivation would be lost until the night (D14)."""
    assert await send_for_status(demo, EVENT) == 503
