"""Reads the schema version of a database, and migrates it to the version that the code needs.

Only a migration imports Alembic; the start of the bot and its health checks read the version.
Each migration names the oldest version whose processes keep working after it, so that replicas can
be replaced one after the other.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Table, func, inspect, select, text

from core.store.dialect import is_postgres

# A number of our own among the database's advisory locks.
_MIGRATION_LOCK = 4_601_400
SCRIPTS = Path(__file__).parent / "migrations"
# Alembic makes it, and keeps in it the version of the newest migration that ran.
_VERSION_TABLE = "alembic_version"
# A migration says it in a variable of this name, and `upgrade` keeps it in a column of this name.
_OLDEST_READER = "oldest_reader"


@dataclass(frozen=True, slots=True)
class Migration:
    """A migration: the version that it makes, what it does in a sentence, and who can read on.

    Processes of the version `oldest_reader` and later ones work with the tables that it leaves.
    """

    version: str
    summary: str
    oldest_reader: str


def upgrade(tx: Connection) -> None:
    """Run the migrations that the database lacks, in the open transaction.

    On PostgreSQL a second process that does so at the same moment waits for the first one.
    """
    wait_for_others(tx)
    # Imported here, because only a migration needs it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = tx
    command.upgrade(config, "head")
    oldest = max(each.oldest_reader for each in all_migrations())
    tx.execute(
        text(f"UPDATE {_VERSION_TABLE} SET {_OLDEST_READER} = :oldest"),  # noqa: S608 - ours
        {"oldest": oldest},
    )


def wait_for_others(tx: Connection) -> None:
    """Wait until no other process prepares the database; then none does before the commit.

    On SQLite there is one writer anyway.
    """
    if is_postgres(tx):
        tx.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))


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


def has_own_version(tx: Connection) -> bool:
    """Return whether the tables are of exactly the version that this product makes."""
    return version_of(tx) == newest_version()


def is_usable(tx: Connection) -> bool:
    """Return whether this product works with the tables.

    They are of its version, or of a newer one whose migrations left what this version needs.
    """
    version = version_of(tx)
    if version is None or not is_newer(version):
        return version == newest_version()
    if _OLDEST_READER not in {column["name"] for column in inspect(tx).get_columns(_VERSION_TABLE)}:
        return False
    oldest = tx.scalar(text(f"SELECT {_OLDEST_READER} FROM {_VERSION_TABLE}"))  # noqa: S608 - ours
    return oldest is not None and str(oldest) <= newest_version()


def pending(version: str | None) -> tuple[Migration, ...]:
    """Return the migrations that tables of this version lack, in the order in which they run."""
    return tuple(each for each in all_migrations() if version is None or each.version > version)


def foreign_tables(tx: Connection, tables: Sequence[Table]) -> tuple[str, ...]:
    """Return the tables that prevent the first migration, which creates `tables`.

    In an SQLite file those are all; a PostgreSQL database may hold others beside ours.
    """
    names = {*inspect(tx).get_table_names()} - {_VERSION_TABLE}
    return tuple(sorted(names & {table.name for table in tables} if is_postgres(tx) else names))


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
    return frozenset(file.name.partition("_")[0] for file in _files())


def _files() -> list[Path]:
    return sorted((SCRIPTS / "versions").glob("[0-9]*_*.py"))


def all_migrations() -> tuple[Migration, ...]:
    """Return all migrations, the first one first; their files are read, not run."""
    return tuple(_migration_in(file) for file in _files())


def _migration_in(file: Path) -> Migration:
    module = ast.parse(file.read_text("utf-8"))
    version = file.name.partition("_")[0]
    constants = {
        target.id: ast.literal_eval(node.value)
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    summary = (ast.get_docstring(module) or "").partition("\n")[0]
    # Unless a migration says otherwise, only its own version works with what it leaves.
    return Migration(version, summary, constants.get(_OLDEST_READER, version))
