"""Tests that `imi-bot backup` and `restore` work while the bot runs, and copy everything."""

import asyncio
import gzip
import os
import sqlite3
import stat
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Row, select, text

from bot.cli import backup as command
from bot.settings.settings import Settings
from core.audit import service as audit
from core.audit.rows import entries as audit_rows
from core.audit.rules import Act
from core.deliveries.rules import DeliveryState
from core.rulebook import Rulebook
from core.schema.tables import TABLES, metadata
from core.store import backup as backups
from core.store import migration
from core.store.store import Store, open_store
from tests import databases
from tests.bot.cli.shell import REGISTER, Shell
from tests.factories import a_user, an_authority
from tests.times import NOON


async def all_rows(store: Store) -> dict[str, list[Row[Any]]]:
    """Return every row of every table."""

    def read(tx: Connection) -> dict[str, list[Row[Any]]]:
        return {table.name: sorted(tx.execute(select(table)).all(), key=repr) for table in TABLES}

    return await store.read(read)


def test_a_restore_reproduces_the_database(
    registered: Shell, database: str, tmp_path: Path
) -> None:
    file, other = tmp_path / "backup.gz", f"sqlite:///{tmp_path / 'other.sqlite3'}"

    made = registered.type("backup", str(file))
    registered.environment["IMI_DATABASE_URL"] = other
    result = registered.type("restore", str(file))

    assert (made.exit_code, result.exit_code) == (0, 0), result.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    async def compare() -> None:
        stores = [await open_store(url) for url in (database, other)]
        before, after = [await all_rows(store) for store in stores]
        for store in stores:
            await store.close()
        # Only waiting deliveries differ: they are searched for before they are sent.
        waiting = [row for row in after.pop("deliveries") if DeliveryState.WAITING in row]
        assert [row.outcome_unknown for row in waiting] == [True] * len(before.pop("deliveries"))
        assert before == after

    asyncio.run(compare())
    assert registered.type("audit", "verify").exit_code == 0
    assert registered.type("user", "show", "aholm").exit_code == 0


def test_an_existing_file_is_not_overwritten(registered: Shell, tmp_path: Path) -> None:
    file = tmp_path / "backup.gz"
    file.write_text("something else", "utf-8")

    result = registered.type("backup", str(file))

    assert result.exit_code == 1
    assert "File exists." in result.output
    assert file.read_text("utf-8") == "something else"


def test_a_failed_backup_leaves_no_file(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "backup.gz"

    result = shell.type("backup", str(file))

    assert result.exit_code == 1
    assert "imi-bot init" in result.output
    assert not file.exists()


def test_a_missing_folder_is_reported(registered: Shell, tmp_path: Path) -> None:
    result = registered.type("backup", str(tmp_path / "none" / "backup.gz"))

    assert result.exit_code == 1
    assert "No such file or directory." in result.output


def test_database_files_and_backups_are_readable_by_their_owner_alone(
    shell: Shell, tmp_path: Path
) -> None:
    before = os.umask(0o022)
    (tmp_path / "new.sqlite3").touch(0o644)
    try:
        shell.type("init")
        with sqlite3.connect(tmp_path / "new.sqlite3") as held:
            # The write-ahead log stays while a connection is open.
            held.execute("SELECT count(*) FROM users").fetchone()
            shell.type(*REGISTER)
            shell.type("backup", str(tmp_path / "backup.gz"))
            files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        held.close()
    finally:
        os.umask(before)

    names = ("new.sqlite3", "new.sqlite3-wal", "new.sqlite3-shm", "backup.gz")
    assert files == dict.fromkeys(names, 0o600)


def test_restore_refuses_a_database_that_is_not_empty(registered: Shell, tmp_path: Path) -> None:
    file = tmp_path / "backup.gz"
    registered.type("backup", str(file))

    result = registered.type("restore", str(file))

    assert result.exit_code == 1
    assert "The database is not empty. Restore into a new one." in result.output


def test_an_incomplete_backup_changes_nothing(registered: Shell, tmp_path: Path) -> None:
    file = tmp_path / "backup.gz"
    registered.type("backup", str(file))
    lines = gzip.decompress(file.read_bytes()).decode().splitlines(keepends=True)
    registered.environment["IMI_DATABASE_URL"] = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    other_version = lines[0].replace(str(migration.newest_version()), "0000")
    for content, said in (
        ("".join(lines[:-1]), "its end is missing"),
        ("".join([*lines[:3], *lines[4:]]), "The backup is not whole."),
        ("".join([*lines, "7\n"]), "The backup is not whole."),
        ("something else", "This is no backup"),
        ('{"imi_backup": 7}\n', "This is no backup"),
        ("", "This is no backup"),
        (other_version + "".join(lines[1:]), "The backup is of version 0000"),
    ):
        file.write_bytes(gzip.compress(content.encode()))

        result = registered.type("restore", str(file))

        assert result.exit_code == 1
        assert said in result.output
    file.write_text("no gzip", "utf-8")
    assert "cannot be read (BadGzipFile)" in registered.type("restore", str(file)).output
    assert "none: No such file or directory." in registered.type("restore", "none").output
    file.write_bytes(gzip.compress("".join(lines).encode()))
    assert registered.type("restore", str(file)).exit_code == 0


async def test_a_backup_under_load_is_a_consistent_snapshot(  # D22
    database_url: str, rulebook: Rulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.gz"
    store = await open_store(database_url)
    if database_url.startswith("postgresql"):
        await store.write(databases.empty)
    authority = await store.write(an_authority)
    go_on = True

    async def register_repeatedly() -> int:
        number = 0
        while go_on:
            await store.write(lambda tx: a_user(tx, authority, rulebook))
            number += 1
        return number

    monkeypatch.setattr(backups, "BATCH_SIZE", 3)
    working = [asyncio.create_task(register_repeatedly()) for _ in range(3)]
    await asyncio.sleep(0.5)
    with file.open("wb") as out:
        dumped = await store.read(lambda tx: list(backups.dump(tx, metadata.sorted_tables, NOON)))
        out.write(gzip.compress("\n".join(dumped).encode()))
    await asyncio.sleep(0.2)
    go_on = False
    assert sum(await asyncio.gather(*working)) > 0
    await store.close()

    settings = Settings.model_construct(imi_database_url=f"sqlite:///{tmp_path / 'new.sqlite3'}")
    loaded = await command._restore(settings, file)  # noqa: SLF001 - what the command does
    assert loaded.rows > 0
    restored = await open_store(settings.imi_database_url)

    def read_restored(tx: Connection) -> tuple[int | None, int, int]:
        acts = [entry.audit_event.act for entry in audit_rows.since(tx)]
        users = int(tx.scalar(text("SELECT count(*) FROM users")) or 0)
        return audit.first_broken_entry(tx), acts.count(Act.USER_REGISTERED), users

    broken, recorded, users = await restored.read(read_restored)
    again = await restored.write(lambda tx: a_user(tx, authority, rulebook))
    await restored.close()
    assert broken is None
    assert recorded == users > 0
    # Ids go on from the last one; on PostgreSQL those used meanwhile are skipped too.
    assert again.id > users


async def copy_and_compare(urls: list[str], rulebook: Rulebook) -> None:
    """Copy a database from the first URL on to each of the others, and compare them."""
    stores = [await open_store(url) for url in urls]
    authority = await stores[0].write(an_authority)
    user = await stores[0].write(lambda tx: a_user(tx, authority, rulebook))
    for here, there in pairwise(stores):
        lines = await here.read(lambda tx: list(backups.dump(tx, metadata.sorted_tables, NOON)))
        await there.write(partial(backups.restore, tables=metadata.sorted_tables, lines=lines))
    found = [await all_rows(store) for store in stores]
    again = [await store.write(lambda tx: a_user(tx, authority, rulebook)) for store in stores]
    for store in stores:
        await store.close()

    assert found[0] == found[1] == found[2]
    assert [one.id for one in again] == [user.id + 1] * 3


@pytest.mark.postgres
def test_a_backup_moves_data_from_sqlite_to_postgresql_and_back(
    rulebook: Rulebook, sqlite_template: Path, tmp_path: Path, postgres_url: str
) -> None:
    assert postgres_url
    assert databases.POSTGRES is not None
    first = databases.sqlite_copy(sqlite_template, tmp_path)
    with databases.postgres_database(databases.POSTGRES, migrated=False) as url:
        asyncio.run(
            copy_and_compare([first, url, f"sqlite:///{tmp_path / 'back.sqlite3'}"], rulebook)
        )
