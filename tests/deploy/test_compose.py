"""Tests that compose.yml's bot, with its secrets as files, runs behind its proxy on PostgreSQL.

The services run as compose.yml and Caddyfile say, but on the machine's own network, and with the
tests' PostgreSQL.
"""

from __future__ import annotations

import asyncio
import gzip
import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.demo.demo import free_port, register_country
from core.store.store import open_store
from tests.crash.environment import settings_from
from tests.databases import empty
from tests.deploy import container_image
from tests.deploy.container_image import ROOT, running_container
from tests.deploy.set_ups import COMPOSE, MONITORING_PATHS
from tests.handlers.demo_actions import ANNA

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sandbox import Sandbox

pytestmark = [
    pytest.mark.image,
    pytest.mark.timeout(900),
    pytest.mark.usefixtures("image"),
]

METRICS_TOKEN = "metrics-of-compose"
BOT = COMPOSE["services"]["bot"]
# Caddy as anybody may run it: without an administration port, and with a certificate of its own.
CADDYFILE = """{{
    admin off
    skip_install_trust
    auto_https disable_redirects
}}
import {file}
"""


def with_secret_files(environment: dict[str, str], folder: Path) -> tuple[dict[str, str], str]:
    """Move each secret that compose.yml has as a file into one; return settings and volume."""
    folder.mkdir()
    left = dict(environment)
    files = {name: path for name, path in BOT["environment"].items() if name.endswith("_FILE")}
    for name, path in files.items():
        secret = Path(path).name
        assert secret in BOT["secrets"]
        (folder / secret).write_text(left.pop(name.removesuffix("_FILE")) + "\n", "utf-8")
        (folder / secret).chmod(0o400)
        left[name] = path
    container_image.hand_over(folder)
    return left, f"{folder}:/run/secrets:ro"


@asynccontextmanager
async def proxy(folder: Path, bot_port: str) -> AsyncIterator[str]:
    """Run Caddy with deploy/Caddyfile; yield its address."""
    host = f"https://localhost:{free_port(0)}"
    file = folder / "Caddyfile"
    file.write_text(CADDYFILE.format(file=ROOT / "deploy/Caddyfile"), "utf-8")
    process = await asyncio.create_subprocess_exec(
        *("caddy", "run", "--config", str(file), "--adapter", "caddyfile"),
        env={
            **os.environ,
            "PORTAL_HOST": host,
            "BOT_ADDRESS": f"127.0.0.1:{bot_port}",
            "XDG_DATA_HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
        },
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield host
    finally:
        process.terminate()
        await process.wait()


async def status_of(url: str, token: str = "") -> int:
    """Return the status of the page, once its server listens."""
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers) as session, asyncio.timeout(30):
        while True:
            try:
                async with session.get(url, ssl=False) as answer:
                    return answer.status
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)


async def test_the_set_up_of_compose_serves_slack_and_the_portal(
    slack: Sandbox, environment: dict[str, str], data: Path, tmp_path: Path, postgres_url: str
) -> None:
    store = await open_store(postgres_url)
    await store.write(empty)
    await store.close()
    whole = environment | {
        "IMI_DATABASE_URL": postgres_url,
        "IMI_TRUSTED_PROXIES": "127.0.0.1",
        "IMI_METRICS_TOKEN": METRICS_TOKEN,
    }
    settings, secrets = with_secret_files(whole, tmp_path / "secrets")
    options = ("--volume", secrets)

    printed = await asyncio.to_thread(
        container_image.run,
        settings,
        data,
        *COMPOSE["services"]["init"]["command"],
        options=options,
    )
    assert "Tables: version" in printed
    await register_country(settings_from(whole), slack)
    async with (
        running_container(settings, data, *options) as container,
        proxy(tmp_path, environment["IMI_HTTP_PORT"]) as host,
    ):
        await container.until_ready(environment["IMI_PUBLIC_URL"])
        await slack.command(ANNA, "/imi-adduser")
        outside = [await status_of(f"{host}{path}") for path in ("/", *MONITORING_PATHS)]
        inside = await status_of(f"{environment['IMI_PUBLIC_URL']}/metrics", METRICS_TOKEN)
        backup = await asyncio.to_thread(
            container_image.podman_bytes, "exec", container.id, "imi-bot", "backup", "-"
        )
        code, _seconds = await container.stop()

    assert slack.view(ANNA) is not None
    assert outside == [200, 404, 404, 404]
    assert inside == 200
    assert b'"imi_backup"' in gzip.decompress(backup).splitlines()[0]
    # Everything is in PostgreSQL.
    assert os.listdir(data) == []  # noqa: PTH208 - no blocking method of a path in a coroutine
    assert code == 0


def test_init_has_a_volume_for_its_backup() -> None:
    init = COMPOSE["services"]["init"]
    (volume,) = init["volumes"]
    name, _, folder = volume.partition(":")

    assert folder == init["environment"]["IMI_BACKUP_DIRECTORY"]
    assert name in COMPOSE["volumes"]


def test_the_containers_of_compose_have_no_privileges() -> None:
    for name in ("bot", "init"):
        service = COMPOSE["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
