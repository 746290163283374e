"""Reads the schema version of a database, and migrates it to the version that the code needs.

Only a migration imports Alembic; the start of the bot and its health checks read the version.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Table, func, inspect, select, text

# A number of our own among the database's advisory locks.
_MIGRATION_LOCK = 4_601_400
SCRIPTS = Path(__file__).parent / "migrations"
# Alembic makes it, and keeps in it the version of the newest migration that ran.
_VERSION_TABLE = "alembic_version"


def upgrade(tx: Connection) -> None:
    """Run the migrations that the database lacks, in the open transaction.

    On PostgreSQL a second process that does so at the same moment waits for the first one.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
    # Ten megabytes, which only a migration needs.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = tx
    command.upgrade(config, "head")


def version_of(tx: Connection) -> str | None:
    """Return the version of the database's tables; None if there are none.

    Tables of another product may name several versions; then it is those, joined.
    """
    if not inspect(tx).has_table(_VERSION_TABLE):
        return None
    versions = tx.scalars(text(f"SELECT version_num FROM {_VERSION_TABLE}"))  # noqa: S608 - ours
    return ", ".join(sorted(versions)) or None


def is_known(version: str) -> bool:
    """Return whether this product has the migration that makes this version."""
    return version in _versions()


def is_newer(version: str) -> bool:
    """Return whether the version comes after the newest that this product knows."""
    newest = newest_version()
    return version.isdecimal() and int(version) > int(newest)


def foreign_tables(tx: Connection, tables: Sequence[Table]) -> tuple[str, ...]:
    """Return the tables that prevent the first migration, which creates `tables`.

    In an SQLite file those are all; a PostgreSQL database may hold others beside ours.
    """
    names = {*inspect(tx).get_table_names()} - {_VERSION_TABLE}
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
def newest_version() -> str:
    """Return the version that this product needs, that of the newest migration."""
    return max(_versions())


def _versions() -> frozenset[str]:
    """Return the version of each migration: its file's name begins with it."""
    files = (SCRIPTS / "versions").glob("[0-9]*_*.py")
    return frozenset(file.name.partition("_")[0] for file in files)
