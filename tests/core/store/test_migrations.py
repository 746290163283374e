"""Tests that the migrations make the tables of `core/schema`, on SQLite and PostgreSQL."""

import ast
import asyncio
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedIndex

from core.schema.tables import TABLES, metadata
from core.store import migration
from core.store.store import Store, open_store
from tests import databases

T = TypeVar("T")
# Foreign keys, unique constraints and primary keys are compared as the database reports them.
CONSTRAINTS = ("get_pk_constraint", "get_foreign_keys", "get_unique_constraints")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def bare_urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Give two databases without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'one.sqlite3'}", f"sqlite:///{tmp_path / 'other.sqlite3'}"
        return
    request.getfixturevalue("postgres_url")
    assert databases.POSTGRES is not None
    server = databases.POSTGRES
    with ExitStack() as stack:
        one, other = (
            stack.enter_context(databases.postgres_database(server, migrated=False))
            for _ in range(2)
        )
        yield one, other


def test_the_versions_are_those_of_alembic() -> None:
    scripts = ScriptDirectory(str(migration.SCRIPTS))

    assert migration.newest_version() == scripts.get_current_head()
    for script in scripts.walk_revisions():
        assert migration.is_known(script.revision)


def describe(tx: Connection) -> dict[str, Any]:
    """Return all that the database knows of each of the product's tables, in comparable values."""
    return {table.name: _table(tx, table.name) for table in TABLES}


def _table(tx: Connection, name: str) -> dict[str, Any]:
    found = inspect(tx)
    described: dict[str, Any] = {
        "columns": [_column(tx, column) for column in found.get_columns(name) if _is_ours(column)],
        "indexes": sorted(
            str(_index(index)) for index in found.get_indexes(name) if _is_ours(index)
        ),
        **{kind: str(getattr(found, kind)(name)) for kind in CONSTRAINTS},
    }
    if tx.dialect.name == "sqlite":
        query = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
        described["autoincrement"] = "AUTOINCREMENT" in tx.scalar(query, {"name": name})
    return described


def _column(tx: Connection, column: ReflectedColumn) -> dict[str, Any]:
    return {**column, "type": column["type"].compile(tx.dialect)}


def _index(index: ReflectedIndex) -> dict[str, Any]:
    options = {key: str(value) for key, value in index.get("dialect_options", {}).items()}
    return {**index, "dialect_options": options}


def _is_ours(part: ReflectedColumn | ReflectedIndex) -> bool:
    """Leave out PostgreSQL's search index of `authority_search`, which only the migration makes."""
    return not str(part["name"]).startswith("search_")


def test_the_migrations_make_the_tables_of_the_schema(bare_urls: tuple[str, str]) -> None:
    migrated, created = bare_urls
    databases.write_alone(migrated, migration.upgrade)
    databases.write_alone(created, metadata.create_all)

    found, expected = (
        databases.write_alone(migrated, describe),
        databases.write_alone(created, describe),
    )

    assert found == expected
    assert all(described["columns"] for described in found.values())


def is_not_search_index(_object: object, name: str | None, *_more: object) -> bool:
    """Leave out the search index of `authority_search`, which differs between the databases."""
    return not str(name).startswith("search_")


async def test_alembic_finds_no_difference_between_the_migrations_and_the_schema(
    store: Store,
) -> None:
    def find_differences(tx: Connection) -> list[object]:
        opts = {"include_object": is_not_search_index}
        return list(compare_metadata(MigrationContext.configure(tx, opts=opts), metadata))

    assert await store.read(find_differences) == []
    assert await store.read(migration.version_of) == migration.newest_version()


def test_migrating_again_changes_nothing(bare_urls: tuple[str, str]) -> None:
    url, _ = bare_urls
    databases.write_alone(url, migration.upgrade)
    before = databases.write_alone(url, describe)

    databases.write_alone(url, migration.upgrade)

    assert databases.write_alone(url, describe) == before
    assert databases.write_alone(url, migration.version_of) == migration.newest_version()


def test_two_processes_can_migrate_at_once(bare_urls: tuple[str, str]) -> None:
    """Several replicas run `imi-bot init` when they start together."""
    url, _ = bare_urls

    async def upgrade_at_once() -> None:
        stores = [await open_store(url) for _ in range(3)]
        try:
            await asyncio.gather(*(store.write(migration.upgrade) for store in stores))
        finally:
            for store in stores:
                await store.close()

    asyncio.run(upgrade_at_once())

    assert databases.write_alone(url, migration.version_of) == migration.newest_version()


def imports_of(file: Path) -> set[str]:
    """Return the top-level packages that the file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return {name.partition(".")[0] for name in found}


# Import-linter does not see these files: Alembic names them so that nothing can import them.
@pytest.mark.parametrize(
    "file", sorted(migration.SCRIPTS.rglob("*.py")), ids=lambda file: str(file.name)
)
def test_a_migration_imports_nothing_of_the_product(file: Path) -> None:
    assert imports_of(file) <= {"alembic", "sqlalchemy"} | sys.stdlib_module_names
