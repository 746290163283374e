"""Tests that the watchdog replaces silent, cut and refused connections."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from structlog.testing import capture_logs

from bot.slack import socket_mode
from bot.slack.socket_mode import AppTokenError, SocketModeConnection
from core.secret import Secret
from sandbox import AppInstall, Sandbox, SandboxClock
from tests.bot.slack_workspace import CHANNELS, MEMBERS, TOKEN
from tests.times import NOON

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from slack_sdk.web.async_client import AsyncWebClient

APP_TOKEN = "xapp-app"
MANIFEST = {
    "display_information": {"name": "IMI"},
    "features": {
        "bot_user": {"display_name": "imi"},
        "slash_commands": [{"command": "/imi-help", "description": "Help"}],
    },
    "oauth_config": {"scopes": {"bot": ["commands", "chat:write"]}},
    "settings": {"socket_mode_enabled": True},
}


@pytest.fixture
async def slack(tmp_path: Path) -> AsyncIterator[Sandbox]:
    """A workspace with Socket Mode."""
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(json.dumps(MANIFEST), encoding="utf-8")
    install = AppInstall(manifest, "signing", TOKEN, APP_TOKEN)
    clock = SandboxClock(NOON)
    made = Sandbox(members=MEMBERS, channels=CHANNELS, app=install, clock=clock)
    async with made:
        yield made


@pytest.fixture(autouse=True)
def _short_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (
        ("PING_SECONDS", 0.2),
        ("CHECK_SECONDS", 0.05),
        ("REPLACE_AFTER_SECONDS", 0.3),
        ("CONNECT_SECONDS", 1.0),
        ("CLOSE_SECONDS", 0.5),
    ):
        monkeypatch.setattr(socket_mode, name, seconds)


@pytest.fixture
def app(client: AsyncWebClient) -> AsyncApp:
    app = AsyncApp(client=client, signing_secret="s", process_before_response=True)

    async def answer(ack: AsyncAck) -> None:
        await ack("here")

    app.command("/imi-help")(answer)
    return app


@pytest.fixture
async def socket(app: AsyncApp, slack: Sandbox) -> AsyncIterator[SocketModeConnection]:
    made = SocketModeConnection(app, Secret(APP_TOKEN))
    await made.start()
    await slack.until(lambda: slack.socket.is_open)
    yield made
    await made.stop()


async def is_answered(slack: Sandbox) -> bool:
    return (await slack.command("U0ADA", "/imi-help")).ok


async def wait_for_reconnect(slack: Sandbox, seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not (slack.socket.is_open and await is_answered(slack)):  # noqa: ASYNC110 - no bell
            await asyncio.sleep(0.05)


async def test_requests_from_slack_arrive(socket: SocketModeConnection, slack: Sandbox) -> None:
    assert await is_answered(slack)
    assert await socket.is_connected()
    assert socket.connections == 1


@pytest.mark.parametrize("how", ["go_silent", "cut"])
async def test_a_dead_connection_is_replaced(
    socket: SocketModeConnection, slack: Sandbox, how: str
) -> None:
    getattr(slack.socket, how)()

    await wait_for_reconnect(slack)

    assert await socket.is_connected()


async def test_the_watchdog_reconnects_where_the_sdk_gives_up(
    socket: SocketModeConnection, slack: Sandbox
) -> None:
    client = socket._handler.client  # noqa: SLF001 - its own tasks are what dies in the wild
    client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False
    assert client.current_session_monitor is not None
    client.current_session_monitor.cancel()
    with capture_logs() as logs:
        slack.socket.cut()
        await wait_for_reconnect(slack)

    assert "socket_replaced" in [entry["event"] for entry in logs]
    assert socket._handler.client is not client  # noqa: SLF001


async def test_a_refused_connection_is_retried(app: AsyncApp, slack: Sandbox) -> None:
    slack.socket.refuse(times=3)
    made = SocketModeConnection(app, Secret(APP_TOKEN))
    await made.start()

    await wait_for_reconnect(slack)

    await made.stop()


async def test_an_unreachable_slack_at_the_start_is_retried(app: AsyncApp, slack: Sandbox) -> None:
    slack.faults.add("apps.connections.open", "error:internal_error", times=3)
    made = SocketModeConnection(app, Secret(APP_TOKEN))
    with capture_logs() as logs:
        await made.start()
        await wait_for_reconnect(slack)
    await made.stop()

    assert logs[0]["event"] in {"socket_not_connected", "socket_refused"}


async def test_a_wrong_app_token_raises(app: AsyncApp) -> None:
    made = SocketModeConnection(app, Secret("xapp-wrong"))

    with pytest.raises(AppTokenError, match=r"SLACK_APP_TOKEN: Slack says \w+\.") as refusal:
        await made.start()

    assert "xapp-wrong" not in str(refusal.value)
    await made.stop()


async def test_a_revoked_app_token_stops_the_start(app: AsyncApp, slack: Sandbox) -> None:
    slack.faults.add("apps.connections.open", "error:token_revoked", times=9)
    made = SocketModeConnection(app, Secret(APP_TOKEN))

    with pytest.raises(AppTokenError, match="token_revoked"):
        await made.start()

    await made.stop()


async def test_a_second_process_with_the_same_token_is_logged(
    socket: SocketModeConnection, app: AsyncApp
) -> None:
    second = SocketModeConnection(app, Secret(APP_TOKEN))
    with capture_logs() as logs:
        await second.start()
        async with asyncio.timeout(5):
            while not second.connections:  # noqa: ASYNC110 - there is no bell
                await asyncio.sleep(0.01)
    await second.stop()

    assert {
        "event": "app_token_used_elsewhere",
        "connections": 2,
        "log_level": "warning",
    } in logs
    assert socket.connections == 1


async def test_a_stopped_connection_stays_closed(app: AsyncApp, slack: Sandbox) -> None:
    made = SocketModeConnection(app, Secret(APP_TOKEN))
    await made.start()
    await slack.until(lambda: slack.socket.is_open)

    await made.stop()
    await slack.until(lambda: not slack.socket.is_open)

    await asyncio.sleep(0.6)
    assert not slack.socket.is_open
