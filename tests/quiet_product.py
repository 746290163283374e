"""Runs the bot's Slack side without worker, jobs and background tasks, beside the sandbox.

Whatever reaches the database then belongs to the request that the test sends.
"""

from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.demo.country import channels, country_requests, members
from bot.slack.app import DeadlineApp
from bot.slack.connection import slack_client
from bot.slack.manifest import manifest_path
from bot.slack.request_record import RequestRecord
from bot.slack.slack_clock import SlackClock
from bot.slack.workspace import SlackWorkspace
from bot.web.server import serving
from bot.web.slack_addresses import SlackAddresses
from bot.web.slack_requests import SLACK_PATH, bolt_over_http
from core.administration import registration as authority_registration
from core.rulebook import Rulebook
from core.secret import Secret
from core.store.store import Store
from handlers.dependencies import Dependencies
from handlers.register import Handlers
from sandbox import AppInstall, Sandbox
from tests.handlers.recording_app import healthy_process

TEAM = "T0IMI"
INSTALL = AppInstall(
    manifest=manifest_path(), signing_secret="s" * 32, bot_token="xoxb-1", app_token="xapp-1"
)


@dataclass(frozen=True, slots=True)
class QuietProduct:
    """The running listeners, with the sandbox in which people use them."""

    slack: Sandbox
    store: Store
    rulebook: Rulebook


@asynccontextmanager
async def quiet_product(store: Store, rulebook: Rulebook) -> AsyncIterator[QuietProduct]:
    """Register the demo's country in the store, and answer the sandbox's requests."""
    async with (
        Sandbox(members=members(), channels=channels(), app=INSTALL) as slack,
        slack_client(Secret(INSTALL.bot_token), slack.api_url) as client,
    ):
        clock = slack.clock.now
        await store.write(lambda tx: _register_country(tx, rulebook, clock()))
        app = DeadlineApp(lambda *_: None, _drop, client)
        dependencies = Dependencies(
            store=store,
            rulebook=rulebook,
            clock=clock,
            workspace=SlackWorkspace(client, TEAM, clock),
            team_id=TEAM,
            public_url="http://127.0.0.1",
            run_in_background=_drop,
            wake_delivery_worker=lambda: None,
            process_health=healthy_process,
        )
        Handlers(dependencies).register(app)
        addresses, record = SlackAddresses(), RequestRecord(SlackClock())
        site = bolt_over_http(app, Secret(INSTALL.signing_secret), addresses, record)
        async with serving(site, "127.0.0.1", 0, slack=addresses) as port:
            slack.request_url = f"http://127.0.0.1:{port}{SLACK_PATH}"
            yield QuietProduct(slack, store, rulebook)


def _register_country(tx: Connection, rulebook: Rulebook, now: datetime) -> None:
    for request in country_requests():
        authority_registration.register_from_command_line(tx, request, rulebook, now)


def _drop(coroutine: Coroutine[Any, Any, Any]) -> None:
    """Run nothing after the answer."""
    coroutine.close()
