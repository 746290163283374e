"""Creates the services that more than one part of the product uses, such as the store."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from slack_sdk.web.async_client import AsyncWebClient

from bot.database import log_unknown_audit_key, open_database, require_rulebook, sqlite_file
from bot.mail.smtp import Mailer, mailer_from
from bot.monitoring.health import HealthMonitor
from bot.monitoring.installation_faults import InstallationFaults
from bot.monitoring.metrics import Metrics
from bot.portal.throttle import Throttle, limits_per_address
from bot.runtime.clock import Clock
from bot.runtime.hash_pool import HashPool
from bot.settings.settings import Settings
from bot.slack.client import SlackSender
from bot.slack.connection import slack_client
from bot.slack.heartbeat import Heartbeat
from bot.slack.rate_limits import RateLimiter, RateLimits
from bot.slack.request_record import RequestRecord
from core.faults.rules import Service
from core.passwords.hashing import Hasher
from core.rulebook import Rulebook
from core.secret import Secret
from core.store.store import Store
from handlers.open_confirmations import OpenConfirmations


@dataclass(frozen=True, slots=True)
class SharedServices:
    """The services that more than one part of the product uses."""

    settings: Settings
    store: Store
    rulebook: Rulebook
    client: AsyncWebClient
    hashing: HashPool
    clock: Clock
    metrics: Metrics
    heartbeat: Heartbeat
    requests: RequestRecord
    health: HealthMonitor
    # One sender for all: its rate limiter counts the calls of the whole process.
    slack: SlackSender
    faults: InstallationFaults
    throttle: Throttle
    open_confirmations: OpenConfirmations = field(default_factory=OpenConfirmations)

    @property
    def mailer(self) -> Mailer:
        """Return a mailer that reports what refuses it."""
        return mailer_from(self.settings, self.clock, self.faults.reporter_of(Service.MAIL))


async def open_services(
    settings: Settings, clock: Clock, hasher: Hasher, stack: AsyncExitStack
) -> SharedServices:
    """Open the database and the clients, and return the services; `stack` closes them.

    Raises:
        NotReadyError: the database is not of this version.
    """
    # Before the database is opened: the first hash is made on a thread meanwhile.
    hashing = HashPool(hasher)
    stack.callback(hashing.close)
    store = await stack.enter_async_context(open_database(settings, must_exist=True))
    rulebook = await require_rulebook(store, settings)
    await log_unknown_audit_key(store, settings)
    token = Secret(settings.slack_bot_token.get_secret_value())
    client = await stack.enter_async_context(slack_client(token, settings.slack_api_url))
    faults, metrics = InstallationFaults(store, clock), Metrics(sqlite_file(settings))
    reporter = faults.reporter_of(Service.SLACK)
    heartbeat = Heartbeat(client, clock, reporter)
    requests = RequestRecord(heartbeat.slack_clock, metrics.count_refused_request)
    health = HealthMonitor(heartbeat, requests, hashing, clock)
    limits = RateLimits.of(settings.imi_slack_posts_per_minute, settings.imi_slack_channel_seconds)
    slack = SlackSender(client, RateLimiter(limits, clock), reporter)
    throttle = Throttle(limits_per_address(*settings.throttle), clock)
    monitoring = metrics, heartbeat, requests, health
    return SharedServices(
        settings, store, rulebook, client, hashing, clock, *monitoring, slack, faults, throttle
    )
