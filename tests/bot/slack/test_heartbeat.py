"""Tests that the heartbeat probes Slack after a minute without contact."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from structlog.testing import capture_logs

from bot.slack import heartbeat as heartbeat_module
from bot.slack.heartbeat import Heartbeat
from core.health.rules import ProcessHealth
from tests.times import NOON

if TYPE_CHECKING:
    import pytest
    from slack_sdk.web.async_client import AsyncWebClient

    from sandbox import Sandbox

WELL = ProcessHealth(NOON, NOON, 3)
LATER = NOON + timedelta(minutes=2)


async def test_a_quiet_slack_is_probed(
    client: AsyncWebClient, slack: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat_module, "PROBE_SECONDS", 0.05)
    heartbeat = Heartbeat(client, slack.clock.now)
    heartbeat.start()
    await slack.until(lambda: heartbeat.seen_at is not None)
    heartbeat.stop()

    await asyncio.sleep(0.1)
    asked = len(slack.calls)
    await asyncio.sleep(0.2)
    assert len(slack.calls) == asked


async def test_slack_with_recent_contact_is_not_probed(
    client: AsyncWebClient, slack: Sandbox
) -> None:
    heartbeat = Heartbeat(client, slack.clock.now)
    heartbeat.beat()

    await heartbeat.probe()

    assert slack.calls == []


async def test_slack_is_probed_after_a_clock_was_ahead(
    client: AsyncWebClient, slack: Sandbox
) -> None:
    """A contact in the future is none: otherwise nothing is probed until that day (B03)."""
    heartbeat = Heartbeat(client, slack.clock.now)
    heartbeat.beat()
    heartbeat.seen_at = slack.clock.now() + timedelta(days=366)

    await heartbeat.probe()

    assert len(slack.calls) == 1
    assert heartbeat.seen_at <= slack.clock.now()


async def test_a_failed_probe_is_no_contact(client: AsyncWebClient, slack: Sandbox) -> None:
    slack.faults.add("auth.test", "error:internal_error", times=9)
    heartbeat = Heartbeat(client, slack.clock.now)
    with capture_logs() as logs:
        await heartbeat.probe()

    assert heartbeat.seen_at is None
    assert logs[0]["event"] == "slack_unreachable"


async def test_a_heartbeat_that_never_started_can_be_stopped(client: AsyncWebClient) -> None:
    Heartbeat(client, lambda: NOON).stop()


async def test_a_probe_compares_the_clocks(client: AsyncWebClient, slack: Sandbox) -> None:
    """The sandbox answers with the real time in its `Date` header, as Slack does (B18)."""
    heartbeat = Heartbeat(client, slack.clock.now)

    await heartbeat.probe()

    ahead = heartbeat.slack_clock.ahead
    assert ahead is not None
    assert abs(ahead) < timedelta(seconds=30)
