"""Sets up a crash test: the workspace, the settings, and the process of the product."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from bot.demo.country import channels, members
from bot.demo.demo import free_port
from bot.settings.settings import Settings
from bot.slack.manifest import manifest_path
from sandbox import AppInstall, Member, Sandbox, SandboxClock
from tests.crash.product_process import fast_clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

ROOT = Path(__file__).parents[2]
COLLEAGUES = 400


class FastClock(SandboxClock):
    """The sandbox's clock, the same as the product's process uses."""

    def now(self) -> datetime:
        """Return the time."""
        return fast_clock()


async def start_product(environment: dict[str, str]) -> asyncio.subprocess.Process:
    """Start the product; return its process once it answers."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.crash.product_process",
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    async with aiohttp.ClientSession() as session, asyncio.timeout(60):
        while True:
            try:
                async with session.get(f"{environment['IMI_PUBLIC_URL']}/healthz"):
                    return process
            except aiohttp.ClientError:
                await asyncio.sleep(0.02)


@asynccontextmanager
async def crash_workspace(people: list[Member]) -> AsyncIterator[Sandbox]:
    """Run the demo's workspace with these additional members."""
    install = AppInstall(manifest_path(), secrets.token_hex(16), "xoxb-crash")
    places = [
        replace(channel, members=(*channel.members, *(one.id for one in people)))
        for channel in channels()
    ]
    slack = Sandbox(members=[*members(), *people], channels=places, app=install, clock=FastClock())
    async with slack:
        yield slack


def environment_of(slack: Sandbox, database: str, log: str) -> dict[str, str]:
    """Return the environment variables of a process, with its own port."""
    port = free_port(0)
    return {
        "SLACK_BOT_TOKEN": slack.app.bot_token,
        "SLACK_SIGNING_SECRET": slack.app.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "IMI_DATABASE_URL": database,
        "IMI_HTTP_PORT": str(port),
        "IMI_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "IMI_SMTP_URL": slack.smtp_url,
        "IMI_MAIL_FROM": "imi@imi.example",
        "IMI_SECRET_KEY": secrets.token_hex(32),
        "IMI_SLACK_POSTS_PER_MINUTE": "60000",
        "IMI_SLACK_CHANNEL_SECONDS": "0",
        "IMI_CRASH_LOG": log,
    }


def settings_from(environment: dict[str, str]) -> Settings:
    """Return the settings in these environment variables."""
    return Settings.model_validate({name.lower(): v for name, v in environment.items()})


def colleagues() -> list[Member]:
    """Return many additional members."""
    return [
        Member(
            f"U0P{number:04}",
            f"p{number}",
            f"Person Number{number:04}",
            f"person{number:04}@sundhed.example",
            "en-GB",
            "Europe/Copenhagen",
        )
        for number in range(COLLEAGUES)
    ]
