"""The fixtures that every room's tests share."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from core.catalogue.load import load, shipped
from core.policy import Policy
from core.rulebook import Rulebook
from core.store.store import Store, open_store
from tests import databases

settings.register_profile(
    "imi", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("imi")


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
        return databases.empty_sqlite(template, tmp_path)
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """An open store on each kind of database."""
    opened = open_store(database_url)
    if database_url.startswith("postgresql"):
        await opened.write(databases.empty)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The default policy and the shipped catalogue."""
    return Rulebook(Policy(), load(shipped(), "catalogue.toml"))
