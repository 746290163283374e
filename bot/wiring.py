"""Builds every part and hands them to each other; the only place that names concrete classes."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.types import ASGIApp

from bot.database import open_database, rulebook_in
from bot.delivery.worker import DeliveryWorker, WorkerParts
from bot.jobs.audit_checkpoints import AuditCheckpoints, CheckpointParts
from bot.jobs.member_sync import MemberSync
from bot.jobs.schedule import JobParts, Jobs
from bot.jobs.scheduler import Scheduler
from bot.mail.smtp import mailer_of
from bot.monitoring.health import HealthMonitor
from bot.monitoring.metrics import Metrics
from bot.portal.app import PortalParts, make_portal
from bot.portal.throttle import Throttle, ThrottleLimits
from bot.runtime.background_tasks import BackgroundTasks
from bot.runtime.hash_pool import HashPool
from bot.settings.settings import Settings
from bot.settings.signing_keys import audit_keys, portal_keys
from bot.slack.app import DeadlineApp
from bot.slack.client import SlackSender, SlackWorkspace, connected
from bot.slack.heartbeat import Heartbeat
from bot.slack.rate_limits import RateLimiter, RateLimits
from bot.slack.socket_mode import SocketModeConnection
from bot.web.health_endpoints import HealthEndpoints
from bot.web.server import SLACK_PATH, Site, serving
from core.passwords.hashing import Hasher
from core.rulebook import Rulebook
from core.secret import Secret
from core.store.store import Store
from handlers.dependencies import Dependencies
from handlers.register import Handlers

Clock = Callable[[], datetime]

# A busy Python thread then holds an answer up by milliseconds, not by seconds.
SWITCH_SECONDS = 0.0005
# With the three seconds that answers in hand may take, less than the ten that a stop may take.
DRAIN_SECONDS = 4


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
    metrics: Metrics
    pulse: Heartbeat
    vitals: HealthMonitor
    # One for all who post: its pace is what Slack allows the whole process.
    slack: SlackSender


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
        slack_sdk.errors.SlackApiError: Slack refuses the bot token.
        AppTokenError: Slack refuses the app token.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_database(settings))
        rulebook = await rulebook_in(store, settings)
        token = Secret(settings.slack_bot_token.get_secret_value())
        client = await stack.enter_async_context(connected(token, settings.slack_api_url))
        hashing = HashPool(hasher or Hasher())
        stack.callback(hashing.close)
        pulse = Heartbeat(client, clock)
        vitals = HealthMonitor(pulse, hashing, clock)
        slack = SlackSender(client, RateLimiter(_limits(settings), clock))
        ground = Foundation(
            settings, store, rulebook, client, hashing, clock, Metrics(), pulse, vitals, slack
        )
        port = await _start(ground, stack)
        yield Running(port, store, rulebook)


async def _start(ground: Foundation, stack: AsyncExitStack) -> int:
    settings = ground.settings
    identity = await ground.client.auth_test()
    ground.pulse.beat()
    ground.pulse.start()
    stack.callback(ground.pulse.stop)
    later, worker = BackgroundTasks(), _worker(ground)
    app = _slack_app(ground, later, worker, str(identity["team_id"]))
    roster = MemberSync(ground.store, ground.client, ground.clock)
    heads = _heads(ground)
    jobs = Jobs(JobParts(ground.store, ground.rulebook, ground.clock, roster, worker.nudge, heads))
    scheduler = Scheduler(ground.store, ground.clock, jobs.all_of_them())
    # Runs after all that is started below has ended: nothing new comes in then.
    stack.push_async_callback(_drain, later, scheduler, worker)
    worker.start()
    await scheduler.start()
    site = Site(
        slack=_slack_requests(settings, app),
        portal=_portal(ground),
        probes=_probes(ground),
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
        socket = SocketModeConnection(app, Secret(settings.slack_app_token.get_secret_value()))
        stack.push_async_callback(socket.stop)
        await socket.start()
        ground.vitals.watch(socket)
    return port


def _slack_requests(settings: Settings, app: AsyncApp) -> ASGIApp | None:
    if settings.socket_mode:
        return None
    # Bolt types its scope as dict and Starlette as MutableMapping; uvicorn hands both a dict.
    return cast("ASGIApp", AsyncSlackRequestHandler(app, path=SLACK_PATH))


async def _drain(later: BackgroundTasks, scheduler: Scheduler, worker: DeliveryWorker) -> None:
    """Finish what is in hand, all of it side by side."""
    await asyncio.gather(
        later.drain(DRAIN_SECONDS), scheduler.stop(DRAIN_SECONDS), worker.stop(DRAIN_SECONDS)
    )


def _worker(ground: Foundation) -> DeliveryWorker:
    return DeliveryWorker(
        WorkerParts(
            store=ground.store,
            rulebook=ground.rulebook,
            slack=ground.slack,
            mailer=mailer_of(ground.settings, ground.clock),
            hashing=ground.hashing,
            clock=ground.clock,
            public_url=ground.settings.imi_public_url,
            observe=ground.metrics.delivered,
            commission_channel=ground.settings.imi_commission_channel,
        )
    )


def _heads(ground: Foundation) -> AuditCheckpoints:
    settings = ground.settings
    keys, channel = audit_keys(settings), settings.imi_audit_channel
    return AuditCheckpoints(
        CheckpointParts(ground.store, ground.slack, ground.clock, keys, channel)
    )


def _limits(settings: Settings) -> RateLimits:
    return RateLimits.of(settings.imi_slack_posts_per_minute, settings.imi_slack_channel_seconds)


def _slack_app(
    ground: Foundation, later: BackgroundTasks, worker: DeliveryWorker, team_id: str
) -> AsyncApp:
    secret = ground.settings.slack_signing_secret

    def answered(listener: str, seconds: float) -> None:
        ground.metrics.answered(listener, seconds)
        ground.pulse.beat()

    app = DeadlineApp(
        answered,
        later,
        # Without one, Bolt reads the source of every caller to find one.
        name="imi-bot",
        client=ground.client,
        signing_secret="" if secret is None else secret.get_secret_value(),
        # The answer then goes out when the listener returns, not at Bolt's next poll.
        process_before_response=True,
        # Else Bolt writes a page of advice about it into the log.
        raise_error_for_unhandled_request=True,
    )
    parts = Dependencies(
        store=ground.store,
        rulebook=ground.rulebook,
        clock=ground.clock,
        workspace=SlackWorkspace(ground.client, ground.clock),
        team_id=team_id,
        public_url=ground.settings.imi_public_url,
        run_in_background=later,
        wake_delivery_worker=worker.nudge,
        process_health=ground.vitals,
        commission_channel=ground.settings.imi_commission_channel,
    )
    Handlers(parts).register(app)
    return app


def _portal(ground: Foundation) -> ASGIApp:
    settings = ground.settings
    allowed = ThrottleLimits(settings.imi_throttle_per_minute, settings.imi_throttle_per_hour)
    throttle = Throttle(allowed, ground.clock)
    return make_portal(
        PortalParts(
            store=ground.store,
            hashing=ground.hashing,
            rulebook=ground.rulebook,
            clock=ground.clock,
            secret_keys=portal_keys(settings),
            public_url=settings.imi_public_url,
            throttle=throttle,
            observe=ground.metrics.signed_in,
        )
    )


def _probes(ground: Foundation) -> HealthEndpoints:
    token = ground.settings.imi_metrics_token
    return HealthEndpoints(
        ground.store,
        ground.metrics,
        ground.vitals,
        ground.clock,
        None if token is None else Secret(token.get_secret_value()),
    )
