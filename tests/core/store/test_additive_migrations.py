"""Tests that a migration which lets older processes work on leaves all that these need."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect

from core.store import migration
from tests import databases
from tests.next_release import ADDS, make_migrations

# Changes that break a process of an older version.
BREAKS = {
    "a table is dropped": 'op.drop_table("authority_drafts")',
    "a column is dropped": 'op.drop_column("jobs", "error")',
    "a table has another name": 'op.rename_table("jobs", "work")',
    "a column must be filled": """
    with op.batch_alter_table("jobs") as table:
        table.add_column(sa.Column("must", sa.Integer, nullable=False))""",
    "a column must no longer be empty": """
    with op.batch_alter_table("jobs") as table:
        table.alter_column("error", existing_type=sa.String(80), nullable=False)""",
    "values must be unique": 'op.create_index("uq_x", "users", ["first_name"], unique=True)',
}


def upgrade_to(tx: Connection, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(migration.SCRIPTS))
    config.attributes["connection"] = tx
    command.upgrade(config, version)


def needs(tx: Connection) -> dict[tuple[str, str], Any]:
    """Return what processes of this version rely on: columns and their types, by table."""
    found = inspect(tx)
    return {
        (table, column["name"]): (str(column["type"]), column["nullable"])
        for table in found.get_table_names()
        for column in found.get_columns(table)
    }


def constraints(tx: Connection) -> set[str]:
    """Return what each table forbids, beside empty columns."""
    found, forbidden = inspect(tx), set()
    for table in found.get_table_names():
        unique = [str(each["column_names"]) for each in found.get_indexes(table) if each["unique"]]
        kinds = [
            *found.get_unique_constraints(table),
            *found.get_foreign_keys(table),
            *found.get_check_constraints(table),
        ]
        forbidden |= {f"{table}: {each}" for each in (*unique, *kinds)}
    return forbidden


def must_be_filled(tx: Connection) -> set[tuple[str, str]]:
    """Return the columns for which every new row needs a value."""
    found = inspect(tx)
    return {
        (table, column["name"])
        for table in found.get_table_names()
        for column in found.get_columns(table)
        if not column["nullable"] and column["default"] is None and not column.get("autoincrement")
    }


def breaks_older_processes(tx: Connection, before: str, after: str) -> bool:
    """Return whether the migrations from one version to the other take or forbid something."""
    upgrade_to(tx, before)
    needed, forbidden = needs(tx), constraints(tx)
    tables, filled = {*inspect(tx).get_table_names()}, must_be_filled(tx)
    upgrade_to(tx, after)
    now = needs(tx)
    new_rules = {each for each in constraints(tx) - forbidden if each.partition(":")[0] in tables}
    newly_filled = {each for each in must_be_filled(tx) - filled if each[0] in tables}
    return any(now.get(key) != value for key, value in needed.items()) or bool(
        new_rules or newly_filled
    )


def test_a_migration_that_lets_older_processes_work_on_only_adds(tmp_path: Path) -> None:
    for number, each in enumerate(migration.all_migrations()):
        if each.oldest_reader == each.version:
            continue
        url = f"sqlite:///{tmp_path / f'{number}.sqlite3'}"
        found = partial(breaks_older_processes, before=each.oldest_reader, after=each.version)
        assert not databases.write_alone(url, found), each


@pytest.mark.parametrize("upgrade", BREAKS.values(), ids=BREAKS)
def test_what_breaks_older_processes_is_found(
    upgrade: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_found(f"def upgrade():\n    {upgrade.strip()}\n", tmp_path, monkeypatch)


def test_what_only_adds_is_let_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_found(ADDS, tmp_path, monkeypatch)


def is_found(upgrade: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    before = migration.newest_version()
    after = make_migrations(folder / "migrations", upgrade)
    monkeypatch.setattr(migration, "SCRIPTS", folder / "migrations")
    url = f"sqlite:///{folder / 'imi.sqlite3'}"
    return databases.write_alone(url, lambda tx: breaks_older_processes(tx, before, after))
