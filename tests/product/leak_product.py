"""Runs the product with a planted secret in each setting, and makes its database fail."""

from __future__ import annotations

import asyncio
import errno
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from pydantic import SecretStr
from sqlalchemy import Connection, make_url, select, text

from bot.demo.country import COMMISSION, channels, members
from bot.demo.demo import Demo, free_port, register_country
from bot.settings.settings import Settings
from bot.slack.manifest import manifest_path
from bot.wiring import running_product
from core.deliveries.rules import DeliveryState
from core.passwords.hashing import Hasher
from core.schema.deliveries import deliveries
from core.schema.jobs import jobs
from core.store.store import open_store
from sandbox import AppInstall, Sandbox
from tests.product import planted_secrets

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest

QUICK = Hasher(memory_kib=8, rounds=1)


@asynccontextmanager
async def product_with_planted_secrets(
    database_url: str, *, socket_mode: bool
) -> AsyncIterator[Demo]:
    """Run the product with a sandbox until the block ends; every secret is a planted one."""
    app_token = planted_secrets.APP if socket_mode else None
    install = AppInstall(
        manifest_path(), planted_secrets.SIGNING, planted_secrets.BOT, app_token or "xapp-none"
    )
    async with Sandbox(members=members(), channels=channels(), app=install) as slack:
        settings = settings_of(slack, with_password(database_url), app_token)
        await register_country(settings, slack)
        if not socket_mode:
            slack.request_url = f"{settings.imi_public_url}/slack/events"
        async with running_product(settings, clock=slack.clock.now, hasher=QUICK) as product:
            yield Demo(slack, product, settings)


def settings_of(slack: Sandbox, database_url: str, app_token: str | None) -> Settings:
    """Return settings with a planted secret in each that can contain one."""
    port = free_port(0)
    return Settings(
        _env_file=None,
        slack_bot_token=SecretStr(planted_secrets.BOT),
        slack_app_token=None if app_token is None else SecretStr(app_token),
        slack_signing_secret=SecretStr(planted_secrets.SIGNING),
        slack_api_url=slack.api_url,
        imi_database_url=database_url,
        imi_http_port=port,
        imi_public_url=f"http://127.0.0.1:{port}",
        imi_smtp_url=SecretStr(
            slack.smtp_url.replace("//", f"//imi:{planted_secrets.MAIL_PASSWORD}@")
        ),
        imi_mail_from="imi@imi.example",
        imi_secret_key=SecretStr(planted_secrets.KEY),
        imi_audit_key=SecretStr(planted_secrets.AUDIT_KEY),
        imi_metrics_token=SecretStr(planted_secrets.METRICS),
        imi_audit_channel="C0IMI",
        imi_commission_channel=COMMISSION,
        imi_slack_posts_per_minute=60_000,
        imi_slack_channel_seconds=0,
        imi_throttle_per_minute=10_000,
        imi_throttle_per_hour=10_000,
    )


def with_password(database_url: str) -> str:
    """Return the URL with a password; PostgreSQL ignores it here, and SQLite has none."""
    if database_url.startswith("sqlite"):
        return database_url
    url = make_url(database_url).set(password=planted_secrets.DATABASE_PASSWORD)
    return url.render_as_string(hide_password=False)


async def wait_until_idle(demo: Demo) -> set[str]:
    """Wait until no job and no delivery is due; return the kinds of all deliveries."""
    kinds: set[str] = set()

    def is_idle(tx: Connection) -> bool:
        now = demo.slack.clock.now()
        kinds.update(tx.scalars(select(deliveries.c.kind).distinct()))
        due = select(jobs.c.name).where((jobs.c.due_at <= now) | jobs.c.leased_until.is_not(None))
        waits = select(deliveries.c.id).where(deliveries.c.state == DeliveryState.WAITING)
        waits = waits.where(deliveries.c.due_at <= now)
        return all(tx.execute(query.limit(1)).first() is None for query in (due, waits))

    async with asyncio.timeout(60):
        while not await demo.product.store.read(is_idle):  # noqa: ASYNC110 - nobody is told
            await asyncio.sleep(0.1)
    return kinds


@asynccontextmanager
async def failing_database(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Make every read and write fail with an error that quotes all planted data."""

    async def raise_disk_full(_: object) -> None:
        raise OSError(errno.ENOSPC, " ".join((*planted_secrets.PERSONAL, *planted_secrets.SECRETS)))

    with monkeypatch.context() as broken:
        for door in ("read", "write"):
            broken.setattr(demo.product.store, door, raise_disk_full)
        yield


@asynccontextmanager
async def cutting_connections(database_url: str) -> AsyncIterator[None]:
    """Make PostgreSQL end the product's connections repeatedly."""
    store = await open_store(database_url)
    cut = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    async def cut_repeatedly() -> None:
        while True:
            await store.write(lambda tx: tx.execute(cut).all())
            await asyncio.sleep(0.05)

    task = asyncio.create_task(cut_repeatedly())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await store.close()
