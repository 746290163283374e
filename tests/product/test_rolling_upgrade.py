"""Tests that two replicas are upgraded one after the other, and that one always answers."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.demo.country import channels, members
from bot.demo.demo import register_country
from bot.slack.manifest import manifest_path
from core.store import migration
from sandbox import AppInstall, Sandbox, signed_headers
from tests import databases
from tests.crash.environment import environment_of, settings_from
from tests.handlers.demo_actions import ANNA
from tests.next_release import make_migrations

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from contextlib import AbstractAsyncContextManager

pytestmark = [pytest.mark.product, pytest.mark.postgres]

ROOT = Path(__file__).parents[2]
INSTALLED = ("-m", "bot")


@pytest.fixture
def url(postgres_url: str) -> Iterator[str]:
    """A bare database of its own: the next release's columns must not stay in the shared one."""
    del postgres_url
    assert databases.POSTGRES is not None
    with databases.postgres_database(databases.POSTGRES, migrated=False) as made:
        yield made


@dataclass
class Replicas:
    """The addresses of both replicas, as a load balancer knows them, and what they answered."""

    urls: list[str]
    signing_secret: str
    answers: list[int] = field(default_factory=list)
    turn: int = 0

    async def keep_asking(self) -> None:
        """Send Slack's commands and open the portal, each replica in turn, until cancelled."""
        async with aiohttp.ClientSession() as session:
            while True:
                self.answers.append(await self._ask(session))
                await asyncio.sleep(0.05)

    async def _ask(self, session: aiohttp.ClientSession) -> int:
        """Return the status of the first replica that takes the request; 0 if none does."""
        self.turn += 1
        for url in (self.urls[self.turn % 2], self.urls[(self.turn + 1) % 2]):
            with suppress(aiohttp.ClientConnectorError):
                portal = await _status(session.get(f"{url}/"))
                return max(portal, await _status(self._command(session, url)))
        return 0

    def _command(
        self, session: aiohttp.ClientSession, url: str
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        fields = {"command": "/imi-users", "text": "", "trigger_id": "1.2.made"}
        common = {"team_id": "T0IMI", "user_id": ANNA, "response_url": "http://127.0.0.1:9/"}
        body = urlencode({**fields, **common}).encode()
        headers = signed_headers(self.signing_secret, body, int(time.time()))
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return session.post(f"{url}/slack/events", data=body, headers=headers)


async def _status(asked: AbstractAsyncContextManager[aiohttp.ClientResponse]) -> int:
    async with asked as answer:
        await answer.read()
        return answer.status


async def readiness(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/readyz") as answer:
        return answer.status, await answer.text()


@asynccontextmanager
async def process(
    environment: dict[str, str], *words: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, *words),
        cwd=ROOT,
        env={**os.environ, **environment, "IMI_SETTINGS_FILE": os.devnull},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.terminate()
        await asyncio.wait_for(started.wait(), 20)


@asynccontextmanager
async def replica(
    environment: dict[str, str], *release: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a replica; it is yielded once it listens."""
    async with process(environment, *release, "run") as started:
        async with asyncio.timeout(60):
            while started.returncode is None:
                with suppress(aiohttp.ClientError):
                    async with aiohttp.ClientSession() as session:
                        await _status(session.get(f"{environment['IMI_PUBLIC_URL']}/healthz"))
                        break
                await asyncio.sleep(0.1)
        assert started.returncode is None
        yield started


@pytest.mark.timeout(180)
async def test_a_rolling_upgrade_answers_throughout(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    version = make_migrations(folder)
    following = ("-m", "tests.next_release", str(folder))
    install = AppInstall(manifest_path(), "s" * 32, "xoxb-rolling")
    async with Sandbox(members=members(), channels=channels(), app=install) as slack:
        one, other = (environment_of(slack, url, os.devnull) for _ in range(2))
        for environment in (one, other):
            del environment["IMI_CRASH_LOG"]
            environment["IMI_SECRET_KEY"] = "k" * 32
        await register_country(settings_from(one), slack)
        replicas = Replicas([one["IMI_PUBLIC_URL"], other["IMI_PUBLIC_URL"]], "s" * 32)
        async with replica(other, *INSTALLED) as last:
            async with replica(one, *INSTALLED):
                asking = asyncio.create_task(replicas.keep_asking())
                async with process(one, *following, "init", "--no-backup") as migrating:
                    assert await migrating.wait() == 0
                # Nothing has asked whether it is ready before, so this is no remembered answer.
                after_migration = await readiness(one["IMI_PUBLIC_URL"])
            # One that dies meanwhile starts again, and so does its init container.
            async with process(one, *INSTALLED, "init") as again:
                assert await again.wait() == 0
            async with replica(one, *INSTALLED):
                restarted = await readiness(one["IMI_PUBLIC_URL"])
            async with replica(one, *following):
                upgraded = await readiness(one["IMI_PUBLIC_URL"])
                last.terminate()
                await last.wait()
                async with replica(other, *following):
                    both = await readiness(other["IMI_PUBLIC_URL"])
                    asking.cancel()
                    with suppress(asyncio.CancelledError):
                        await asking
    found = await asyncio.to_thread(databases.write_alone, url, migration.version_of)

    assert found == version
    ready = (200, "database: ok\nSlack: ok\n")
    assert [after_migration, restarted, upgraded, both] == [ready] * 4
    assert len(replicas.answers) > 20
    assert set(replicas.answers) == {200}
