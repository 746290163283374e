"""Fixtures: a workspace with a small app, connected by HTTP, by Socket Mode or not at all."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import AppInstall, Channel, Member, Sandbox, SandboxClock
from tests.sandbox.echo_app import serve_http, serve_socket
from tests.times import NOON

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from sandbox.json_types import Json

MANIFEST = """
display_information: {name: Echo}
features:
  app_home: {home_tab_enabled: true}
  bot_user: {display_name: echo}
  slash_commands:
    - {command: /ask, description: Asks, usage_hint: "[what]"}
    - {command: /slow, description: Answers too late}
    - {command: /broken, description: Fails}
    - {command: /say, description: Answers in words}
  shortcuts:
    - {name: Ask, type: global, callback_id: ask, description: Asks}
oauth_config:
  scopes:
    bot: [commands, chat:write, im:write, im:history, users:read, users:read.email,
          channels:read, channels:history, channels:join, team:read,
          files:read, files:write]
settings:
  interactivity: {is_enabled: true}
  event_subscriptions:
    bot_events: [app_home_opened, message.im, user_change, team_join, member_joined_channel]
"""
ANNA = Member("U0ANNA", "anna", "Anna Holm", "anna@health.example", "da-DK", "Europe/Copenhagen")
JAN = Member("U0JAN", "jan", "Jan Nowak", "jan@labour.example", "pl-PL", "Europe/Warsaw")
GONE = Member("U0GONE", "gone", "Eva Gone", "eva@health.example", deleted=True)
CHANNELS = (
    Channel("C0HEALTH", "health", ("U0ANNA",)),
    Channel("C0OTHER", "other", ("U0ANNA",), bot_in=False),
    Channel("C0OLD", "old", ("U0ANNA",), is_archived=True),
    Channel("C0SECRET", "secret", ("U0JAN",), is_private=True, bot_in=False),
)


@pytest.fixture
def install(tmp_path: Path) -> AppInstall:
    path = tmp_path / "manifest.yml"
    path.write_text(MANIFEST, encoding="utf-8")
    return AppInstall(path, "signing", "xoxb-bot", "xapp-app")


@pytest.fixture
async def slack(install: AppInstall) -> AsyncIterator[Sandbox]:
    """A workspace whose app is installed but not connected."""
    clock = SandboxClock(NOON)
    members = [ANNA, JAN, GONE]
    async with Sandbox(members=members, channels=CHANNELS, app=install, clock=clock) as sandbox:
        yield sandbox


@pytest.fixture
def client(slack: Sandbox) -> AsyncWebClient:
    return AsyncWebClient("xoxb-bot", base_url=slack.api_url)


@pytest.fixture(params=[serve_http, serve_socket], ids=["http", "socket"])
async def slack_with_app(slack: Sandbox, request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    """A workspace whose app is connected, once by HTTP and once by Socket Mode."""
    serve: Callable[[Sandbox], AsyncIterator[None]] = request.param
    async with asynccontextmanager(serve)(slack):
        yield slack


@pytest.fixture
async def received(slack: Sandbox) -> AsyncIterator[list[Json]]:
    """The payloads that the app receives; it is connected by HTTP."""
    async for payloads in serve_http(slack):
        yield payloads
