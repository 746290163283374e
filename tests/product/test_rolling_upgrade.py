"""Tests that two replicas are upgraded one after the other, and that one always answers."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.demo.country import channels, members
from bot.demo.demo import register_country
from bot.monitoring.database_probe import VALID_SECONDS
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
class LoadBalancer:
    """Sends requests to the replicas in turn, and keeps what they answered.

    A replica is taken out before it is stopped, as UPGRADING.md says.
    """

    signing_secret: str
    urls: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    # Held while a request is answered.
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def keep_asking(self) -> None:
        """Open the portal and send Slack's commands, each replica in turn, until cancelled."""
        # Each request has a connection of its own.
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True)
        ) as session:
            for turn in count():
                async with self.lock:
                    url = self.urls[turn % len(self.urls)]
                    asked = self._command(session, url) if turn % 3 else session.get(f"{url}/")
                    self.answers.append(await _status(asked))
                await asyncio.sleep(0.03)

    async def take_out(self, url: str) -> None:
        """Send nothing more to the replica, and wait for what it is answering."""
        async with self.lock:
            self.urls.remove(url)

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
    balancer: LoadBalancer, environment: dict[str, str], *release: str
) -> AsyncIterator[tuple[int, str]]:
    """Run a replica that gets its share of the requests; yield what its /readyz answers.

    Nothing has asked that process whether it is ready before, so it is no remembered answer.
    """
    url = environment["IMI_PUBLIC_URL"]
    async with process(environment, *release, "run") as started:
        async with asyncio.timeout(60):
            while started.returncode is None:
                with suppress(aiohttp.ClientError):
                    ready = await readiness(url)
                    break
                await asyncio.sleep(0.1)
        assert started.returncode is None
        balancer.urls.append(url)
        yield ready
        await balancer.take_out(url)


def environments(slack: Sandbox, url: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the settings of both replicas, which have the same keys."""
    one, other = (
        {**environment_of(slack, url, os.devnull), "IMI_SECRET_KEY": "k" * 32} for _ in range(2)
    )
    del one["IMI_CRASH_LOG"], other["IMI_CRASH_LOG"]
    return one, other


@asynccontextmanager
async def kept_asking(balancer: LoadBalancer) -> AsyncIterator[None]:
    """Send requests until the block ends; an error of a request is raised."""
    asking = asyncio.create_task(balancer.keep_asking())
    try:
        yield
    finally:
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking


@pytest.mark.timeout(180)
async def test_a_rolling_upgrade_answers_throughout(url: str, tmp_path: Path) -> None:
    version = make_migrations(tmp_path / "migrations")
    following = ("-m", "tests.next_release", str(tmp_path / "migrations"))
    install = AppInstall(manifest_path(), "s" * 32, "xoxb-rolling")
    balancer = LoadBalancer("s" * 32)
    async with AsyncExitStack() as stack, AsyncExitStack() as installed, AsyncExitStack() as asking:
        slack = await stack.enter_async_context(
            Sandbox(members=members(), channels=channels(), app=install)
        )
        one, other = environments(slack, url)
        await register_country(settings_from(one), slack)
        await installed.enter_async_context(replica(balancer, other, *INSTALLED))
        await asking.enter_async_context(kept_asking(balancer))
        async with process(one, *following, "init", "--no-backup") as migrating:
            assert await migrating.wait() == 0
        # A replica of the installed release that starts again runs its init container first.
        async with process(one, *INSTALLED, "init") as again:
            assert await again.wait() == 0
        async with replica(balancer, one, *INSTALLED) as restarted:
            # An answer about the database is remembered for so long.
            await asyncio.sleep(VALID_SECONDS)
            old = await readiness(other["IMI_PUBLIC_URL"])
        upgraded = await stack.enter_async_context(replica(balancer, one, *following))
        await installed.aclose()
        both = await stack.enter_async_context(replica(balancer, other, *following))
        await asyncio.sleep(1)
    found = await asyncio.to_thread(databases.write_alone, url, migration.version_of)

    assert found == version
    ready = (200, "database: ok\nSlack: ok\n")
    assert [old, restarted, upgraded, both] == [ready] * 4
    assert len(balancer.answers) > 20
    assert set(balancer.answers) == {200}
