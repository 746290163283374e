"""Reads the schema version of a database, and migrates it to the version that the code needs."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, func, inspect, select

# A number of our own among the database's advisory locks.
_MIGRATION_LOCK = 4_601_400
SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(tx: Connection) -> None:
    """Run the migrations that the database lacks, in the open transaction.

    On PostgreSQL a second process that does so at the same moment waits for the first one.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
    command.upgrade(_config(tx), "head")


def version_of(tx: Connection) -> str | None:
    """Return the version of the database's tables; None if there are none.

    Tables of another product may name several versions; then it is those, joined.
    """
    heads = MigrationContext.configure(tx).get_current_heads()
    return ", ".join(sorted(heads)) or None


def is_known(version: str) -> bool:
    """Return whether this product has the migration that makes this version."""
    return any(each.revision == version for each in _scripts().walk_revisions())


def is_newer(version: str) -> bool:
    """Return whether the version comes after the newest that this product knows."""
    newest = newest_version()
    numbers = version.isdecimal() and newest is not None and newest.isdecimal()
    return numbers and int(version) > int(str(newest))


def foreign_tables(tx: Connection, tables: Sequence[Table]) -> tuple[str, ...]:
    """Return the tables that prevent the first migration, which creates `tables`.

    In an SQLite file those are all; a PostgreSQL database may hold others beside ours.
    """
    names = {*inspect(tx).get_table_names()} - {"alembic_version"}
    return tuple(
        sorted(names if tx.dialect.name == "sqlite" else names & {table.name for table in tables})
    )


def missing_columns(tx: Connection, tables: Sequence[Table]) -> tuple[str, ...]:
    """Return the columns of `tables`, as `table.column`, that the database lacks."""
    found = inspect(tx)
    present = {*found.get_table_names()}
    lacking: list[str] = []
    for table in tables:
        columns = found.get_columns(table.name) if table.name in present else []
        names = {column["name"] for column in columns}
        lacking += [f"{table.name}.{each.name}" for each in table.columns if each.name not in names]
    return tuple(lacking)


@cache
def newest_version() -> str | None:
    """Return the version that this product needs, that of the newest migration."""
    return _scripts().get_current_head()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(SCRIPTS))


def _config(tx: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = tx
    return config
