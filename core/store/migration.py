"""Reads the schema version of a database, and migrates it to the version that the code needs."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

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
    """Return the version of the database's tables; None if there are none."""
    return MigrationContext.configure(tx).get_current_revision()


@cache
def newest_version() -> str | None:
    """Return the version that this product needs, that of the newest migration."""
    return ScriptDirectory(str(SCRIPTS)).get_current_head()


def _config(tx: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = tx
    return config
