"""The composition root: it connects all parts of the product, starts and stops them."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp
from starlette.types import ASGIApp

from bot.delivery.dependencies import DeliveryDependencies
from bot.delivery.worker import DeliveryWorker
from bot.jobs.audit_checkpoints import AuditCheckpoints
from bot.jobs.clock_follower import ClockFollower
from bot.jobs.member_sync import MemberSync
from bot.jobs.operator_notices import OperatorNoticeJob
from bot.jobs.schedule import Jobs
from bot.jobs.scheduler import Scheduler
from bot.portal.app import make_portal
from bot.portal.dependencies import PortalDependencies
from bot.runtime.background_tasks import BackgroundTasks
from bot.runtime.clock import Clock, utc_now
from bot.services import SharedServices, open_services
from bot.settings.settings import Settings
from bot.settings.signing_keys import audit_keys, portal_keys
from bot.slack.app import DeadlineApp
from bot.slack.errors import slack_errors
from bot.slack.socket_mode import SocketModeConnection
from bot.slack.workspace import SlackWorkspace
from bot.web.health_endpoints import HealthEndpoints
from bot.web.server import Site, serving
from bot.web.slack_addresses import SlackAddresses
from bot.web.slack_requests import bolt_over_http
from core.faults.rules import Service
from core.passwords.hashing import Hasher
from core.rulebook import Rulebook
from core.secret import Secret
from core.store.store import Store
from handlers.dependencies import Dependencies
from handlers.register import Handlers

# A busy Python thread then delays an answer by milliseconds, not by seconds.
SWITCH_SECONDS = 0.0005
# With the three seconds that open requests may take, and the one for recording what was sent, less
# than the ten that a stop may take.
DRAIN_SECONDS = 4


@dataclass(frozen=True, slots=True)
class RunningProduct:
    """The product while it runs; `port` is that of the HTTP server."""

    port: int
    store: Store
    rulebook: Rulebook
    clock_follower: ClockFollower


@asynccontextmanager
async def running_product(
    settings: Settings, *, clock: Clock = utc_now, hasher: Hasher | None = None
) -> AsyncIterator[RunningProduct]:
    """Run the product until the block ends, then drain requests, jobs, deliveries and tasks.

    Raises:
        NotReadyError: the database is not of this version.
        SlackRefused, SlackUnusable: Slack refuses the bot token.
        SlackUnreachable: Slack cannot be reached.
        AppTokenError: Slack refuses the app token.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    async with AsyncExitStack() as stack:
        shared = await open_services(settings, clock, hasher or Hasher(), stack)
        yield await _start(shared, stack)


async def _start(shared: SharedServices, stack: AsyncExitStack) -> RunningProduct:
    with slack_errors():
        identity = await shared.client.auth_test()
    shared.heartbeat.record_answer(identity.headers)
    shared.heartbeat.start()
    stack.callback(shared.heartbeat.stop)
    team_id, tasks = str(identity["team_id"]), BackgroundTasks()
    worker = _delivery_worker(shared, team_id)
    app = _slack_app(shared, tasks, worker, team_id)
    scheduler = _scheduler(shared, worker, team_id)
    # The stack ends in reverse order: this drains after everything below has stopped, when
    # nothing new comes in.
    stack.push_async_callback(_drain, tasks, scheduler, worker)
    worker.start()
    await scheduler.start()
    await shared.hashing.wait_until_ready()
    port = await _serve(shared, app, worker, stack)
    await _open_socket(shared, app, stack)
    forget, probe = shared.throttle.forget, shared.heartbeat.probe
    follower = ClockFollower(scheduler, forget, probe, worker.wake)
    return RunningProduct(port, shared.store, shared.rulebook, follower)


async def _serve(
    shared: SharedServices, app: AsyncApp, worker: DeliveryWorker, stack: AsyncExitStack
) -> int:
    settings, addresses, slack = shared.settings, SlackAddresses(), None
    if settings.slack_signing_secret is not None and not settings.socket_mode:
        secret = Secret(settings.slack_signing_secret.get_secret_value())
        slack = bolt_over_http(app, secret, addresses, shared.requests)
    site = Site(slack=slack, portal=_portal(shared, worker), health=_health_endpoints(shared))
    host, port = settings.imi_http_host, settings.imi_http_port
    server = serving(site, host, port, settings.imi_trusted_proxies, addresses)
    return await stack.enter_async_context(server)


async def _open_socket(shared: SharedServices, app: AsyncApp, stack: AsyncExitStack) -> None:
    token = shared.settings.slack_app_token
    if token is None:
        return
    socket = SocketModeConnection(app, Secret(token.get_secret_value()))
    stack.push_async_callback(socket.stop)
    await socket.start()
    shared.health.watch(socket)


async def _drain(tasks: BackgroundTasks, scheduler: Scheduler, worker: DeliveryWorker) -> None:
    """Finish what is running, all three at the same time."""
    await asyncio.gather(
        tasks.drain(DRAIN_SECONDS), scheduler.stop(DRAIN_SECONDS), worker.stop(DRAIN_SECONDS)
    )


def _delivery_worker(shared: SharedServices, team_id: str) -> DeliveryWorker:
    return DeliveryWorker(
        DeliveryDependencies(
            store=shared.store,
            rulebook=shared.rulebook,
            slack=shared.slack,
            mailer=shared.mailer,
            hashing=shared.hashing,
            clock=shared.clock,
            public_url=shared.settings.imi_public_url,
            observe=shared.metrics.count_delivery,
            on_settled=shared.open_confirmations.settled,
            team_id=team_id,
            commission_channel=shared.settings.imi_commission_channel,
        )
    )


def _scheduler(shared: SharedServices, worker: DeliveryWorker, team_id: str) -> Scheduler:
    settings, store, clock = shared.settings, shared.store, shared.clock
    reporter = shared.faults.reporter_of(Service.SLACK)
    member_sync = MemberSync(store, shared.client, team_id, clock, reporter)
    notices = OperatorNoticeJob(store, shared.mailer, clock, settings.imi_operator_mail)
    keys, channel = audit_keys(settings), settings.imi_audit_channel
    checkpoints = AuditCheckpoints(store, shared.slack, clock, keys, channel)
    jobs = Jobs(store, shared.rulebook, clock, member_sync, worker.wake).all_jobs(checkpoints)
    return Scheduler(store, clock, (*jobs, notices.job), shared.metrics.count_job)


def _slack_app(
    shared: SharedServices, tasks: BackgroundTasks, worker: DeliveryWorker, team_id: str
) -> AsyncApp:
    def record_answer(listener: str, seconds: float) -> None:
        shared.metrics.count_answer(listener, seconds)
        shared.heartbeat.beat()

    app = DeadlineApp(record_answer, tasks, shared.client)
    dependencies = Dependencies(
        store=shared.store,
        rulebook=shared.rulebook,
        clock=shared.clock,
        workspace=SlackWorkspace(shared.client, team_id, shared.clock),
        team_id=team_id,
        public_url=shared.settings.imi_public_url,
        run_in_background=tasks,
        wake_delivery_worker=worker.wake,
        process_health=shared.health,
        commission_channel=shared.settings.imi_commission_channel,
        open_confirmations=shared.open_confirmations,
    )
    Handlers(dependencies).register(app)
    return app


def _portal(shared: SharedServices, worker: DeliveryWorker) -> ASGIApp:
    return make_portal(
        PortalDependencies(
            store=shared.store,
            hashing=shared.hashing,
            rulebook=shared.rulebook,
            clock=shared.clock,
            secret_keys=portal_keys(shared.settings),
            public_url=shared.settings.imi_public_url,
            throttle=shared.throttle,
            observe=shared.metrics.count_sign_in,
            wake_delivery_worker=worker.wake,
        )
    )


def _health_endpoints(shared: SharedServices) -> HealthEndpoints:
    token = shared.settings.imi_metrics_token
    secret = Secret(token.get_secret_value()) if token else None
    return HealthEndpoints(shared.store, shared.metrics, shared.health, shared.clock, secret)
