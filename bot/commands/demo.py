"""`imi-bot demo`: the product with a Slack workspace and a mailbox of its own, on this machine."""

import random
import secrets
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from pydantic import SecretStr
from sqlalchemy import Connection

from bot.commands.authority import found
from bot.commands.init import catalogue_text, prepare
from bot.commands.opened import opened, rulebook_in
from bot.commands.run import told_to_stop
from bot.config import Settings
from bot.demo.country import COMMISSION, channels, foundings, members
from bot.logs import set_up_logs
from bot.manifest import manifest_path
from bot.wiring import Running, running
from core.passwords.hashing import Hasher
from core.rulebook import Rulebook
from sandbox import AppInstall, Sandbox, SandboxClock, Snapshot

HOST = "127.0.0.1"
PAGE_PORT = 8010
PORTAL_PORT = 8000
# Linux gives those from 32768 on to outgoing connections.
PORTS = (20_000, 32_000)


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo while it runs."""

    slack: Sandbox
    product: Running
    settings: Settings


@dataclass(frozen=True, slots=True)
class Founded:
    """A country that is registered already: what belongs to its database, for a later start.

    The key signed the audit trail's checkpoints, and the mails name the portal's port.
    """

    install: AppInstall
    secret_key: SecretStr
    portal_port: int
    snapshot: Snapshot

    @classmethod
    def of(cls, shown: Demo) -> "Founded":
        """Return what a later demo needs to go on where this one stands."""
        settings = shown.settings
        return cls(
            shown.slack.app,
            settings.imi_secret_key,
            settings.imi_http_port,
            Snapshot.of(shown.slack),
        )


@dataclass(frozen=True, slots=True)
class Manner:
    """How the demo is run; port 0 and other databases are for the tests."""

    page_port: int = PAGE_PORT
    portal_port: int = PORTAL_PORT
    socket_mode: bool = True
    database_url: str | None = None
    hasher: Hasher | None = None
    # Fast enough to be no part of what a test waits for, where it says so.
    unhurried: bool = True
    # The database holds this country already; None registers a new one.
    founded: Founded | None = None


def demo(
    page_port: Annotated[int, typer.Option(help="Port of the Slack page.")] = PAGE_PORT,
    portal_port: Annotated[int, typer.Option(help="Port of the portal.")] = PORTAL_PORT,
) -> None:
    """Run the product with a sandbox Slack and a small invented country; Ctrl-C ends it."""
    set_up_logs()
    manner = Manner(free_port(page_port), free_port(portal_port))
    uvloop.run(_demo(manner))


async def _demo(manner: Manner) -> None:
    async with demonstrating(manner) as shown:
        _tell(shown)
        await told_to_stop()


@asynccontextmanager
async def demonstrating(manner: Manner) -> AsyncIterator[Demo]:
    """Run sandbox and product together, the country already registered, until the block ends."""
    founded = manner.founded
    with tempfile.TemporaryDirectory(prefix="imi-demo-") as folder:
        slack = _slack(manner)
        async with slack:
            settings = _settings(slack, manner, Path(folder))
            if founded is None:
                await found_country(settings, slack)
            else:
                founded.snapshot.restore(slack)
            if not settings.socket_mode:
                slack.request_url = f"{settings.imi_public_url}/slack/events"
            async with running(settings, clock=slack.clock.now, hasher=manner.hasher) as product:
                yield Demo(slack, product, settings)


def _slack(manner: Manner) -> Sandbox:
    founded = manner.founded
    return Sandbox(
        members=members(),
        channels=channels(),
        app=_new_install() if founded is None else founded.install,
        clock=SandboxClock(None if founded is None else founded.snapshot.at),
        http_port=manner.page_port,
    )


def _new_install() -> AppInstall:
    return AppInstall(
        manifest=manifest_path(),
        signing_secret=secrets.token_hex(16),
        bot_token=f"xoxb-{secrets.token_hex(12)}",
        app_token=f"xapp-{secrets.token_hex(12)}",
    )


def _settings(slack: Sandbox, manner: Manner, folder: Path) -> Settings:
    install, founded = slack.app, manner.founded
    port = manner.portal_port or free_port(founded.portal_port if founded else 0)
    new_key = SecretStr(secrets.token_urlsafe(32))
    app_token = SecretStr(install.app_token) if manner.socket_mode else None
    return Settings(
        _env_file=None,
        slack_bot_token=SecretStr(install.bot_token),
        slack_app_token=app_token,
        slack_signing_secret=SecretStr(install.signing_secret),
        slack_api_url=slack.api_url,
        imi_database_url=manner.database_url or f"sqlite:///{folder / 'imi.sqlite3'}",
        imi_http_port=port,
        imi_public_url=f"http://{HOST}:{port}",
        imi_smtp_url=SecretStr(slack.smtp_url),
        imi_mail_from="imi@imi.example",
        imi_secret_key=founded.secret_key if founded else new_key,
        # The invented country has the modules of the shipped catalogue.
        imi_catalogue=None,
        imi_commission_channel=COMMISSION,
        imi_slack_posts_per_minute=300 if manner.unhurried else 60_000,
        imi_slack_channel_seconds=1.05 if manner.unhurried else 0,
    )


async def found_country(settings: Settings, slack: Sandbox) -> None:
    """Make the tables, and register the country's authorities with their first users."""
    async with opened(settings) as store:
        await prepare(store, catalogue_text(settings), slack.clock.now())
        rulebook = await rulebook_in(store, settings)

        def wish(tx: Connection) -> None:
            _found_all(tx, rulebook, slack)

        await store.write(wish)


def _found_all(tx: Connection, rulebook: Rulebook, slack: Sandbox) -> None:
    coordinator, *others = foundings()
    now = slack.clock.now()
    karin = found(tx, coordinator.authority, coordinator.person, rulebook, now)
    for founding in others:
        managed = replace(founding.authority, manager_id=karin.authority_id)
        found(tx, managed, founding.person, rulebook, now)


def free_port(port: int) -> int:
    """Return the port, or another one where it is taken or 0.

    It is one that the system gives to no outgoing connection meanwhile.

    Raises:
        OSError: no port is free.
    """
    tries = random.SystemRandom().sample(range(*PORTS), 20)
    for wanted in (port, *tries) if port else tries:
        try:
            with socket.create_server((HOST, wanted)):
                return wanted
        except OSError:
            continue
    raise OSError("No port is free on this machine.")


def _tell(shown: Demo) -> None:
    page = shown.slack.page_url
    typer.echo(
        f"""
The sandbox Slack:  {page}
The portal:         {shown.settings.imi_public_url}

Three things to try:
1. As Anna ({page}?as=U0ANNA) type /imi-adduser, pick Jonas Østergård, and save.
2. As Jonas ({page}?as=U0JONAS) read the username in the direct message, open the mailbox
   ({page}?as=U0JONAS&view=mailbox), follow the link, and choose a password.
3. As Anna open the app's Home tab: Jonas has turned from new to active.

Ctrl-C ends the demo; nothing is kept.
"""
    )
