"""The whole product while its machine's clock is set ahead or back, with restarts (B03)."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from bot.demo.demo import register_country
from bot.jobs import scheduler
from bot.wiring import running_product
from core.deliveries.rows import leases
from core.jobs import rows as jobs
from core.jobs.rules import EARLY
from core.passwords.hashing import Hasher
from core.resets import service as resets
from core.schema.deliveries import deliveries
from core.store.store import open_store
from core.users.principals import principal_of
from core.users.rows import queries, users
from tests import databases
from tests.crash.environment import crash_workspace, environment_of, settings_from

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import Connection

    from bot.settings.settings import Settings
    from core.store.store import Store
    from sandbox import Sandbox

pytestmark = pytest.mark.product

QUICK = Hasher(memory_kib=8, rounds=1)
YEAR, DAY = timedelta(days=366), timedelta(days=1)


class MachineClock:
    """A clock that can be set."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Machine:
    """Runs the product on its clock, and starts it again."""

    def __init__(self, settings: Settings) -> None:
        self.clock = MachineClock()
        self.store: Store
        self._settings = settings
        self._stack = AsyncExitStack()

    async def start(self) -> None:
        product = running_product(self._settings, clock=self.clock, hasher=QUICK)
        self.store = (await self._stack.enter_async_context(product)).store

    async def stop(self) -> None:
        await self._stack.aclose()


@pytest.fixture
async def slack(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sandbox]:
    monkeypatch.setenv("IMI_CRASH_BEGAN", str(datetime.now(UTC).timestamp()))
    monkeypatch.setattr(scheduler, "TICK_SECONDS", 0.1)
    async with crash_workspace([]) as workspace:
        yield workspace


@pytest.fixture
async def machine(slack: Sandbox, database_url: str) -> AsyncIterator[Machine]:
    """The product, its country registered, nothing on its way."""
    if database_url.startswith("postgresql"):
        store = await open_store(database_url)
        await store.write(databases.empty)
        await store.close()
    settings = settings_from(environment_of(slack, database_url, ""))
    await register_country(settings, slack)
    machine = Machine(settings)
    await machine.start()
    await until_nothing_waits(machine)
    yield machine
    await machine.stop()


async def until_nothing_waits(machine: Machine) -> None:
    async with asyncio.timeout(100):
        while await machine.store.read(lambda tx: leases.backlog(tx)[0]):  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.1)


def reset_a_password(tx: Connection, now: datetime) -> None:
    """Let an administrator reset the password of another one, which queues a mail."""
    by = users.find(tx, 1)
    assert by is not None
    principal = principal_of(by)
    other = queries.administrators_of(tx, 2)[0]
    resets.reset(tx, principal, other.id, now)


async def until_every_job_is_in_rhythm(machine: Machine) -> None:
    """Wait until each job is due within its interval, and last succeeded in the past."""

    def is_in_rhythm(tx: Connection) -> bool:
        now = machine.clock()
        states = [state for state in jobs.all_jobs(tx) if not state.failures]
        return all(
            state.due_at <= now + state.every + EARLY
            and (state.succeeded_at is None or state.succeeded_at <= now)
            for state in states
        )

    async with asyncio.timeout(100):
        while not await machine.store.read(is_in_rhythm):  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.1)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("step", [YEAR, -DAY])
async def test_the_product_goes_on_after_its_clock_was_set(
    machine: Machine, slack: Sandbox, step: timedelta, *, restart: bool
) -> None:
    """The clock is wrong for a while: jobs and deliveries go on once it is right (B03)."""
    slack.mailbox.faults.add("defer", times=2)
    machine.clock.ahead = step
    if restart:
        await machine.stop()
        await machine.start()
    await machine.store.write(lambda tx: reset_a_password(tx, machine.clock()))
    await until_tried(machine)

    if restart:
        await machine.stop()
    machine.clock.ahead = timedelta(0)
    if restart:
        await machine.start()

    await until_nothing_waits(machine)
    await until_every_job_is_in_rhythm(machine)
    assert len([mail for mail in slack.mails if "password" in mail.subject.lower()]) >= 1


async def until_tried(machine: Machine) -> None:
    """Wait until the mail was tried, and put off."""
    tried = select(func.count()).where(deliveries.c.state == "waiting", deliveries.c.attempts > 0)
    async with asyncio.timeout(30):
        while not await machine.store.read(lambda tx: tx.scalar(tried)):  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.05)
