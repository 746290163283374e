"""Fixtures that all tests share: databases, a store and the rulebook."""

import gc
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.demo import demo
from core.catalogue.load import load, shipped
from core.policy import Policy
from core.rulebook import Rulebook
from core.store.store import Store, open_store
from tests import bolt_shortcuts, databases, library_waits

MOST_WORKERS = 16
# The markers of tests that take long.
LONG = ("product", "sweep")
settings.register_profile(
    "imi", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("imi")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long ones first, so that no worker ends minutes after the others.

    The order is the same on every worker.
    """
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> tuple[bool, int]:
    """Return the place in the order: first those with a timeout of their own, then as in LONG."""
    markers = [number for number, name in enumerate(LONG) if item.get_closest_marker(name)]
    return item.get_closest_marker("timeout") is None, min(markers, default=len(LONG))


def pytest_collection() -> None:
    """Keep the garbage collector from going through the tests while they are collected."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Turn the garbage collector on again; it leaves out what was there before the first test."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        databases.compile_once(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _short_waits_in_libraries() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        library_waits.shorten(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_registration_of_listeners() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        bolt_shortcuts.take(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _ports_of_ones_own() -> Iterator[None]:
    """Give each worker ports that no other one takes between looking and listening."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % MOST_WORKERS
    first, end = demo.PORTS
    share = (end - first) // MOST_WORKERS
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "PORTS", (first + number * share, first + (number + 1) * share))
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One migrated SQLite file, copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    databases.migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """One migrated PostgreSQL database for the run."""
    if databases.POSTGRES is None:
        assert not databases.COMPLETE, "IMI_TEST_POSTGRES_URL is missing."
        pytest.skip("needs PostgreSQL (IMI_TEST_POSTGRES_URL)")
    with databases.postgres_database(databases.POSTGRES) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated, empty database of each kind."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        return databases.sqlite_copy(template, tmp_path)
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """An open store on each kind of database."""
    opened = await open_store(database_url)
    if database_url.startswith("postgresql"):
        await opened.write(databases.empty)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The default policy and the shipped catalogue."""
    return Rulebook(Policy(), load(shipped(), "catalogue.toml"))
