"""Runs the product with the sandbox (simulated Slack and mailbox), and registers invented data."""

import random
import secrets
import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Connection

from bot.database import (
    configured_catalogue,
    load_catalogue,
    migrate_database,
    open_database,
    require_rulebook,
)
from bot.demo.clock_jumps import ClockJumps
from bot.demo.country import (
    COMMISSION,
    channels,
    country_requests,
    irish_channels,
    irish_members,
    members,
)
from bot.demo.sample_users import LEAVER, PASSWORD, SampleData, register_sample_users
from bot.demo.team import TEAM
from bot.settings.settings import Settings
from bot.slack.manifest import manifest_path
from bot.wiring import RunningProduct, running_product
from core.administration import registration as authority_registration
from core.members.rules import Member as StoredMember
from core.members.rules import MemberKey
from core.passwords.hashing import Hasher
from core.rulebook import Rulebook
from core.secret import Secret
from sandbox import AppInstall, Sandbox, SandboxClock, Snapshot

HOST = "127.0.0.1"
PAGE_PORT = 8010
PORTAL_PORT = 8000
# Linux uses the ports from 32768 on for outgoing connections.
PORTS = (20_000, 32_000)


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo while it runs."""

    slack: Sandbox
    product: RunningProduct
    settings: Settings


@dataclass(frozen=True, slots=True)
class RegisteredCountry:
    """The secrets and the snapshot that belong to a database with a registered country.

    A later demo can start from them. The key signed the audit trail's checkpoints, and the mails
    name the portal's port.
    """

    install: AppInstall
    secret_key: SecretStr
    portal_port: int
    snapshot: Snapshot

    @classmethod
    def of(cls, demo: Demo) -> "RegisteredCountry":
        """Return the values that a later demo needs to continue from here."""
        settings = demo.settings
        return cls(
            demo.slack.app,
            settings.imi_secret_key,
            settings.imi_http_port,
            Snapshot.of(demo.slack),
        )


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """Options of the demo; port 0 and other databases are for the tests."""

    page_port: int = PAGE_PORT
    portal_port: int = PORTAL_PORT
    socket_mode: bool = True
    database_url: str | None = None
    hasher: Hasher | None = None
    # Tests set this to False, so as not to wait for Slack's rate limits.
    real_rate_limits: bool = True
    # Adds the Irish authorities with users in every state; the tests begin without them.
    sample_users: bool = False
    # The database holds this country already; None registers a new one.
    registered_country: RegisteredCountry | None = None


@asynccontextmanager
async def running_demo(options: DemoOptions) -> AsyncIterator[Demo]:
    """Run sandbox and product with the country registered, until the block ends."""
    registered_country = options.registered_country
    with tempfile.TemporaryDirectory(prefix="imi-demo-") as folder:
        slack = _slack(options)
        async with slack:
            settings = _settings(slack, options, Path(folder))
            if registered_country is None:
                await register_country(settings, slack, _sample_data(options, slack))
            else:
                registered_country.snapshot.restore(slack)
            if not settings.socket_mode:
                slack.request_url = f"{settings.imi_public_url}/slack/events"
            async with running_product(
                settings, clock=slack.clock.now, hasher=options.hasher
            ) as product:
                slack.after_clock_jump = ClockJumps(product, slack.clock.now).follow
                yield Demo(slack, product, settings)


def _slack(options: DemoOptions) -> Sandbox:
    registered_country = options.registered_country
    return Sandbox(
        members=[*(irish_members() if options.sample_users else ()), *members()],
        channels=[*(irish_channels() if options.sample_users else ()), *channels()],
        app=_new_install() if registered_country is None else registered_country.install,
        clock=SandboxClock(None if registered_country is None else registered_country.snapshot.at),
        http_port=options.page_port,
    )


def _new_install() -> AppInstall:
    return AppInstall(
        manifest=manifest_path(),
        signing_secret=secrets.token_hex(16),
        bot_token=f"xoxb-{secrets.token_hex(12)}",
        app_token=f"xapp-{secrets.token_hex(12)}",
    )


def _settings(slack: Sandbox, options: DemoOptions, folder: Path) -> Settings:
    install, registered_country = slack.app, options.registered_country
    port = options.portal_port or free_port(
        registered_country.portal_port if registered_country else 0
    )
    new_key = SecretStr(secrets.token_urlsafe(32))
    app_token = SecretStr(install.app_token) if options.socket_mode else None
    return Settings(
        _env_file=None,
        slack_bot_token=SecretStr(install.bot_token),
        slack_app_token=app_token,
        slack_signing_secret=SecretStr(install.signing_secret),
        slack_api_url=slack.api_url,
        imi_database_url=options.database_url or f"sqlite:///{folder / 'imi.sqlite3'}",
        imi_http_port=port,
        imi_public_url=f"http://{HOST}:{port}",
        imi_smtp_url=SecretStr(slack.smtp_url),
        imi_mail_from="imi@imi.example",
        imi_secret_key=registered_country.secret_key if registered_country else new_key,
        # The invented country needs the modules of the shipped catalogue.
        imi_catalogue=None,
        imi_commission_channel=COMMISSION,
        imi_slack_posts_per_minute=None if options.real_rate_limits else 60_000,
        imi_slack_channel_seconds=None if options.real_rate_limits else 0,
    )


async def register_country(
    settings: Settings, slack: Sandbox, sample: Callable[[Rulebook], SampleData] | None = None
) -> None:
    """Create the tables, and register the country's authorities with their first users.

    With `sample`, the Irish authorities come first, with users in every state.
    """
    async with open_database(settings) as store:
        await migrate_database(store)
        await load_catalogue(store, configured_catalogue(settings), slack.clock.now())
        rulebook = await require_rulebook(store, settings)
        if sample is not None:
            data = sample(rulebook)
            await store.write(lambda tx: register_sample_users(tx, data))
            gone = slack.workspace.members[LEAVER]
            slack.workspace.members[LEAVER] = replace(gone, deleted=True)
        await store.write(lambda tx: _register_authorities(tx, rulebook, slack))


def _sample_data(options: DemoOptions, slack: Sandbox) -> Callable[[Rulebook], SampleData] | None:
    if not options.sample_users:
        return None
    now = slack.clock.now()
    digest = (options.hasher or Hasher()).hash_of(Secret(PASSWORD))
    return lambda rulebook: SampleData(_stored_members(now), digest, rulebook, now)


def _stored_members(now: datetime) -> dict[MemberKey, StoredMember]:
    """Return the Irish members as the bot stores them."""
    found = [
        StoredMember(
            MemberKey(TEAM, one.id),
            email=one.email,
            locale=one.locale,
            tz=one.tz,
            deleted=False,
            bot=False,
            guest=False,
            stranger=False,
            # Before anything that happens to them.
            seen_at=now - timedelta(days=365),
        )
        for one in irish_members()
    ]
    return {one.key: one for one in found}


def _register_authorities(tx: Connection, rulebook: Rulebook, slack: Sandbox) -> None:
    coordinator, *others = country_requests()
    now = slack.clock.now()
    karin = authority_registration.register_from_command_line(tx, coordinator, rulebook, now)
    for request in others:
        managed = replace(request.authority, manager_id=karin.authority_id)
        authority_registration.register_from_command_line(
            tx, replace(request, authority=managed), rulebook, now
        )


def free_port(port: int) -> int:
    """Return `port` if it is free, otherwise another free port; 0 means any.

    The other port is outside the range that the system uses for outgoing connections.

    Raises:
        OSError: no port is free.
    """
    tries = random.SystemRandom().sample(range(*PORTS), 20)
    for candidate in (port, *tries) if port else tries:
        try:
            with socket.create_server((HOST, candidate)):
                return candidate
        except OSError:
            continue
    raise OSError("No port is free on this machine.")
