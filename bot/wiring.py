"""Builds every part and hands them to each other; the only place that names concrete classes."""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import cast

from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.types import ASGIApp

from bot.commands.opened import opened, rulebook_in
from bot.config import Settings
from bot.delivery import DeliveryWorker, WorkerParts
from bot.hashing import HashPool
from bot.later import Later
from bot.mail import mailer_of
from bot.portal.app import PortalParts, make_portal
from bot.portal.throttle import Throttle
from bot.roster import Roster
from bot.scheduler import Scheduler
from bot.server import SLACK_PATH, Site, serving
from bot.slack import SlackSender, SlackWorkspace, connected
from core.passwords.hashing import Hasher
from core.rulebook import Rulebook
from core.secret import Secret
from core.store import schema
from core.store.store import Store
from handlers.register import Handlers, Parts

Clock = Callable[[], datetime]

# A busy Python thread then holds an answer up by milliseconds, not by seconds.
SWITCH_SECONDS = 0.0005
DRAIN_SECONDS = 8


def utc_now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Foundation:
    """What every part stands on."""

    settings: Settings
    store: Store
    rulebook: Rulebook
    client: AsyncWebClient
    hashing: HashPool
    clock: Clock


@dataclass(frozen=True, slots=True)
class Running:
    """The product while it runs."""

    port: int
    store: Store
    rulebook: Rulebook


@asynccontextmanager
async def running(
    settings: Settings, *, clock: Clock = utc_now, hasher: Hasher | None = None
) -> AsyncIterator[Running]:
    """Run the product until the block ends, then drain what is in hand.

    Raises:
        NotReadyError: the database is not of this version.
        slack_sdk.errors.SlackApiError: Slack refuses the tokens.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(opened(settings))
        rulebook = await rulebook_in(store, settings)
        token = Secret(settings.slack_bot_token.get_secret_value())
        client = await stack.enter_async_context(connected(token, settings.slack_api_url))
        hashing = HashPool(hasher or Hasher())
        stack.callback(hashing.close)
        ground = Foundation(settings, store, rulebook, client, hashing, clock)
        port = await _start(ground, stack)
        yield Running(port, store, rulebook)


async def _start(ground: Foundation, stack: AsyncExitStack) -> int:
    settings = ground.settings
    identity = await ground.client.auth_test()
    later = Later()
    stack.push_async_callback(later.drain, DRAIN_SECONDS)
    worker = await _start_worker(ground, stack)
    app = _slack_app(ground, later, worker, str(identity["team_id"]))
    roster = Roster(ground.store, ground.client, ground.clock)
    scheduler = Scheduler(ground.store, ground.rulebook.policy, ground.clock, roster)
    scheduler.start()
    stack.callback(scheduler.stop)
    site = Site(
        slack=_slack_requests(settings, app),
        portal=_portal(ground),
        is_ready=partial(_is_ready, ground),
    )
    port = await stack.enter_async_context(
        serving(
            site,
            settings.imi_http_host,
            settings.imi_http_port,
            settings.imi_trusted_proxies,
        )
    )
    if settings.slack_app_token is not None:
        socket = AsyncSocketModeHandler(app, settings.slack_app_token.get_secret_value())
        await socket.connect_async()  # type: ignore[no-untyped-call] # Bolt's own gap
        stack.push_async_callback(socket.close_async)
    return port


def _slack_requests(settings: Settings, app: AsyncApp) -> ASGIApp | None:
    if settings.socket_mode:
        return None
    # Bolt types its scope as dict and Starlette as MutableMapping; uvicorn hands both a dict.
    return cast("ASGIApp", AsyncSlackRequestHandler(app, path=SLACK_PATH))


async def _start_worker(ground: Foundation, stack: AsyncExitStack) -> DeliveryWorker:
    worker = DeliveryWorker(
        WorkerParts(
            store=ground.store,
            rulebook=ground.rulebook,
            slack=SlackSender(ground.client),
            mailer=mailer_of(ground.settings, ground.clock),
            hashing=ground.hashing,
            clock=ground.clock,
            public_url=ground.settings.imi_public_url,
            commission_channel=ground.settings.imi_commission_channel,
        )
    )
    worker.start()
    stack.push_async_callback(worker.stop, DRAIN_SECONDS)
    return worker


def _slack_app(ground: Foundation, later: Later, worker: DeliveryWorker, team_id: str) -> AsyncApp:
    secret = ground.settings.slack_signing_secret
    app = AsyncApp(
        client=ground.client,
        signing_secret="" if secret is None else secret.get_secret_value(),
        # The answer then goes out when the listener returns, not at Bolt's next poll.
        process_before_response=True,
    )
    parts = Parts(
        store=ground.store,
        rulebook=ground.rulebook,
        clock=ground.clock,
        workspace=SlackWorkspace(ground.client, ground.clock),
        team_id=team_id,
        public_url=ground.settings.imi_public_url,
        later=later,
        nudge=worker.nudge,
        commission_channel=ground.settings.imi_commission_channel,
    )
    Handlers(parts).register(app)
    return app


def _portal(ground: Foundation) -> ASGIApp:
    settings = ground.settings
    throttle = Throttle(
        settings.imi_throttle_per_minute, settings.imi_throttle_per_hour, ground.clock
    )
    return make_portal(
        PortalParts(
            store=ground.store,
            hashing=ground.hashing,
            rulebook=ground.rulebook,
            clock=ground.clock,
            secret_key=Secret(settings.imi_secret_key.get_secret_value()),
            public_url=settings.imi_public_url,
            throttle=throttle,
        )
    )


async def _is_ready(ground: Foundation) -> bool:
    try:
        return await ground.store.read(schema.version_of) == schema.newest()
    except Exception:  # noqa: BLE001 - whatever the driver raises, the database is not there
        return False
