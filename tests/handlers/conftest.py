"""Fixtures: the running product with the sandbox, and copies of a prepared database."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.demo.demo import Demo, DemoOptions, RegisteredCountry, running_demo
from bot.slack import rate_limits
from core.passwords.hashing import Hasher
from core.rulebook import Rulebook
from sandbox.state import triggers
from tests import databases
from tests.bot.log_capture import log_to_memory
from tests.handlers.stored_state import has_waiting_deliveries
from tests.handlers.two_authorities_demo import IsolationDemo, options_with_two_authorities
from tests.handlers.two_authorities_rows import TwoAuthorities

QUICK = Hasher(memory_kib=8, rounds=1)


@pytest.fixture(autouse=True)
def _triggers_outlast_a_busy_machine() -> Iterator[None]:
    """Keep the tests from being timed: how fast a modal opens is measured by the benchmarks.

    What a test itself patches is undone before its product stops, so this has a patch of its own.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(triggers, "TRIGGER_LIFETIME", timedelta(minutes=1))
        yield


@pytest.fixture(scope="session")
def country_options(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> DemoOptions:
    """The invented country, registered once a run: everything is sent, the product has stopped."""
    url = databases.sqlite_copy(sqlite_template, tmp_path_factory.mktemp("country"))
    first = DemoOptions(
        0, 0, socket_mode=False, database_url=url, hasher=QUICK, real_rate_limits=False
    )
    return replace(first, registered_country=asyncio.run(_register_country(first)))


@pytest.fixture(scope="session")
def two_authorities_options(
    country_options: DemoOptions, rulebook: Rulebook, tmp_path_factory: pytest.TempPathFactory
) -> tuple[DemoOptions, TwoAuthorities]:
    """The country with two more authorities side by side, made once a run as well."""
    demo_options = _with_copied_database(country_options, tmp_path_factory.mktemp("neighbours"))
    log_to_memory()
    with pytest.MonkeyPatch.context() as patch:
        # Slack lets a bot look for one member a second, and there are dozens to find.
        patch.setitem(rate_limits.TIERS, "users.lookupByEmail", 60_000)
        return asyncio.run(options_with_two_authorities(demo_options, rulebook))


@pytest.fixture
def demo_options(country_options: DemoOptions, tmp_path: Path) -> DemoOptions:
    """By HTTP, on a copy of the country's SQLite file."""
    return _with_copied_database(country_options, tmp_path)


@pytest.fixture
async def demo(demo_options: DemoOptions) -> AsyncIterator[Demo]:
    """The product, the invented country registered, nothing on its way."""
    log_to_memory()
    async with running_demo(demo_options) as running:
        yield running


@pytest.fixture
async def isolation(
    two_authorities_options: tuple[DemoOptions, TwoAuthorities], tmp_path: Path
) -> AsyncIterator[IsolationDemo]:
    """The same with two authorities side by side."""
    demo_options, both = two_authorities_options
    log_to_memory()
    async with running_demo(_with_copied_database(demo_options, tmp_path)) as running:
        yield IsolationDemo(running, both)


def all_usernames_sent(running: Demo) -> bool:
    """Return whether each of the first administrators has their username."""
    return all(running.slack.messages(who) for who in ("U0ANNA", "U0ELISE", "U0SIGNE", "U0KARIN"))


async def _register_country(demo_options: DemoOptions) -> RegisteredCountry:
    """Register the country, wait until nothing is on its way, and stop the product."""
    log_to_memory()
    async with running_demo(demo_options) as running:
        await running.slack.until(
            lambda: len(running.slack.mails) == 8 and all_usernames_sent(running), 30
        )
        while await running.product.store.read(has_waiting_deliveries):  # noqa: ASYNC110 - nobody nothing signals it
            await asyncio.sleep(0.05)
    return RegisteredCountry.of(running)


def _with_copied_database(demo_options: DemoOptions, folder: Path) -> DemoOptions:
    """Return the manner of a demo that goes on from a copy of this one's database."""
    database = make_url(str(demo_options.database_url)).database
    return replace(demo_options, database_url=databases.sqlite_copy(Path(str(database)), folder))
