"""Tests that `imi-bot init` upgrades a database of each release, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import stat
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, make_url, text

from bot.cli.upgrade_plan import ROLLING, STOP_FIRST
from bot.demo.country import channels, irish_channels, irish_members, members
from bot.demo.sample_users import PASSWORD
from bot.slack.manifest import manifest_path
from bot.wiring import running_product
from core.passwords.hashing import Hasher
from core.schema.tables import TABLES, metadata
from core.store import migration
from sandbox import AppInstall, Sandbox, SandboxClock
from tests import databases
from tests.bot.cli.shell import Shell, in_process
from tests.bot.cli.test_init import OWN_CATALOGUE
from tests.bot.log_capture import log_to_memory
from tests.bot.portal.browser import Browser
from tests.core.store.test_migrations import is_not_search_index
from tests.crash.environment import environment_of, settings_from
from tests.next_release import make_migrations
from tests.releases import Release, all_releases

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.product


@pytest.fixture(params=all_releases(), ids=lambda release: str(release.name))
def release(request: pytest.FixtureRequest) -> Release:
    found: Release = request.param
    return found


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, release: Release, tmp_path: Path) -> Iterator[str]:
    """The database that the release left."""
    if request.param == "sqlite":
        yield release.sqlite(tmp_path)
        return
    request.getfixturevalue("postgres_url")
    assert databases.POSTGRES is not None
    with release.postgres(databases.POSTGRES) as made:
        yield made


@pytest.fixture
def shell(url: str, release: Release, tmp_path: Path) -> Shell:
    """The shell of a person who upgrades; backups go to a directory of their own."""
    (tmp_path / "backups").mkdir()
    is_sqlite = url.startswith("sqlite")
    return Shell(
        {
            "IMI_DATABASE_URL": url,
            "IMI_SECRET_KEY": release.sqlite_key if is_sqlite else release.postgres_key,
            "IMI_BACKUP_DIRECTORY": str(tmp_path / "backups"),
            "IMI_SETTINGS_FILE": os.devnull,
        }
    )


def counts(tx: Connection) -> Counter[str]:
    """Return the number of rows of each table that this version knows and the database has."""
    stored = {each.partition(".")[0] for each in migration.missing_columns(tx, TABLES)}
    names = [table.name for table in TABLES if table.name not in stored]
    return Counter({name: tx.scalar(text(f"SELECT count(*) FROM {name}")) for name in names})  # noqa: S608 - our own names


def rows_in(backup: Path) -> tuple[str, Counter[str]]:
    """Return the schema's version of a backup, and its number of rows by table."""
    with gzip.open(backup, "rt", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    found = Counter(line[0] for line in lines if isinstance(line, list) and line[0])
    assert lines[-1] == {"rows": found.total()}
    return lines[0]["version"], found


def differences(tx: Connection) -> list[object]:
    opts = {"include_object": is_not_search_index}
    return list(compare_metadata(MigrationContext.configure(tx, opts=opts), metadata))


def test_the_plan_names_the_migrations_and_changes_nothing(
    shell: Shell, url: str, release: Release, tmp_path: Path
) -> None:
    before = databases.write_alone(url, counts)

    result = shell.type("init", "--plan")

    assert result.exit_code == 0, result.output
    assert f"The database has version {release.schema}" in result.output
    pending = migration.pending(release.schema)
    assert pending
    for each in pending:
        assert f"  {each.version}  {each.summary}\n" in result.output
    oldest = max(each.oldest_reader for each in pending)
    assert (ROLLING if oldest <= release.schema else STOP_FIRST) in result.output
    assert databases.write_alone(url, migration.version_of) == release.schema
    assert databases.write_alone(url, counts) == before
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_backup_is_made_before_the_migration(
    shell: Shell, url: str, release: Release, tmp_path: Path
) -> None:
    before = databases.write_alone(url, counts)

    result = shell.type("init")

    (backup,) = (tmp_path / "backups").iterdir()
    name = Path(make_url(url).database or "").stem
    assert backup.name.startswith(f"{name}-{release.schema}-")
    assert f" lines in {backup}. Keep it as safe as the database." in result.output
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert rows_in(backup) == (release.schema, +before)


def test_all_data_are_there_after_the_upgrade(shell: Shell, url: str) -> None:
    before = databases.write_alone(url, counts)

    result = shell.type("init")

    assert result.exit_code == 0, result.output
    assert f"Tables: version {migration.newest_version()}." in result.output
    assert databases.write_alone(url, differences) == []
    after = databases.write_alone(url, counts)
    assert {name: after[name] for name in before} == before
    assert "nryan" in shell.type("user", "list").output
    verified = shell.type("audit", "verify")
    assert verified.exit_code == 0, verified.output


async def test_replicas_that_start_together_all_upgrade(shell: Shell, url: str) -> None:
    ended = await asyncio.gather(*[in_process(shell, "init") for _ in range(6)])

    assert [code for code, _ in ended] == [0] * 6, ended
    version = await asyncio.to_thread(databases.write_alone, url, migration.version_of)
    assert version == migration.newest_version()


def test_nothing_is_migrated_when_the_backup_fails(
    shell: Shell, url: str, release: Release, tmp_path: Path
) -> None:
    shell.environment["IMI_BACKUP_DIRECTORY"] = str(tmp_path / "missing")

    result = shell.type("init")

    assert result.exit_code == 1
    assert "No such file or directory. Nothing was changed." in result.output
    assert databases.write_alone(url, migration.version_of) == release.schema


def test_a_migration_that_fails_leaves_no_backup(
    shell: Shell, url: str, release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    make_migrations(folder, '\ndef upgrade():\n    raise RuntimeError("no")\n')
    monkeypatch.setattr(migration, "SCRIPTS", folder)
    before = databases.write_alone(url, counts)

    result = shell.type("init")

    assert result.exit_code == 1
    assert "Nothing was changed, so the backup was deleted." in result.output
    assert list((tmp_path / "backups").iterdir()) == []
    assert databases.write_alone(url, migration.version_of) == release.schema
    assert databases.write_alone(url, counts) == before


def test_a_catalogue_that_drops_what_is_in_use_does_not_stop_the_migration(
    shell: Shell, url: str, tmp_path: Path
) -> None:  # D24
    less = tmp_path / "less.toml"
    less.write_text(OWN_CATALOGUE, "utf-8")
    shell.environment["IMI_CATALOGUE"] = str(less)

    result = shell.type("init")

    assert result.exit_code == 1
    assert "The catalogue drops what is in use:" in result.output
    assert databases.write_alone(url, migration.version_of) == migration.newest_version()
    # The tables are of this release, so what it advises can be done.
    loaded = shell.type("catalogue", "load", str(less), "--withdraw", "--yes")
    assert "Loaded." in loaded.output
    assert shell.type("init").exit_code == 0


def test_without_a_place_for_a_backup_postgresql_is_not_migrated(
    shell: Shell, url: str, release: Release, tmp_path: Path
) -> None:
    del shell.environment["IMI_BACKUP_DIRECTORY"]

    result = shell.type("init")

    if url.startswith("sqlite"):
        assert len(list(tmp_path.glob("*.backup.gz"))) == 1
        return
    assert result.exit_code == 1
    assert "Nothing was changed: there is no place for a backup." in result.output
    assert databases.write_alone(url, migration.version_of) == release.schema
    assert shell.type("init", "--no-backup").exit_code == 0
    assert databases.write_alone(url, migration.version_of) == migration.newest_version()


@pytest.mark.timeout(60)
async def test_the_bot_runs_on_an_upgraded_database(
    shell: Shell, url: str, release: Release
) -> None:
    assert (await asyncio.to_thread(shell.type, "init")).exit_code == 0
    log_to_memory()
    clock = SandboxClock(release.made_at + timedelta(minutes=1))
    people, rooms = [*irish_members(), *members()], [*irish_channels(), *channels()]
    install = AppInstall(manifest_path(), "s" * 32, "xoxb-upgraded")
    async with Sandbox(members=people, channels=rooms, app=install, clock=clock) as slack:
        environment = {**environment_of(slack, url, os.devnull), **shell.environment}
        names = ("IMI_CRASH_LOG", "IMI_SETTINGS_FILE")
        settings = settings_from({k: v for k, v in environment.items() if k not in names})
        quick = Hasher(memory_kib=8, rounds=1)
        async with (
            running_product(settings, clock=clock.now, hasher=quick),
            Browser(settings.imi_public_url) as browser,
        ):
            page = await browser.sign_in("nryan", PASSWORD)
            ready = await browser.get("/readyz")

    assert "Niamh" in page.text
    assert (ready.status, ready.text) == (200, "database: ok\nSlack: ok\n")
