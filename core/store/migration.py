"""Which version of the tables a database has, and bringing it to this product's."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(tx: Connection, version: str = "head") -> None:
    """Run the migrations that the database lacks up to the version, in the open transaction."""
    command.upgrade(_config(tx), version)


def version_of(tx: Connection) -> str | None:
    """Return the version of the database's tables; None when it has none."""
    return MigrationContext.configure(tx).get_current_revision()


@cache
def newest_version() -> str | None:
    """Return the version that this product needs."""
    return ScriptDirectory(str(SCRIPTS)).get_current_head()


def _config(tx: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = tx
    return config
