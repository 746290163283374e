"""Stands for the next release: this one with one more migration, which only adds.

`python -m tests.next_release FOLDER COMMAND …` runs its commands; `make_migrations` fills the
folder with its migrations.
"""

import shutil
import sys
from pathlib import Path

from bot.__main__ import app
from core.store import migration

ADDS = """
def upgrade():
    op.create_table("next_things", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("users", sa.Column("next_note", sa.String(10), nullable=True))
    op.add_column("deliveries", sa.Column("next_number", sa.Integer, server_default="0"))
    op.create_index("ix_users_next_note", "users", ["next_note"])
"""
_HEAD = '''"""Adds what the next release needs."""

import sqlalchemy as sa
from alembic import op

revision = "{version}"
down_revision = "{newest}"
oldest_reader = "{newest}"
'''


def make_migrations(folder: Path, upgrade: str = ADDS) -> str:
    """Write the migrations of the next release; return the version of its newest one."""
    shutil.copytree(migration.SCRIPTS, folder)
    newest = migration.newest_version()
    version = f"{int(newest) + 1:04}"
    head = _HEAD.format(version=version, newest=newest)
    (folder / "versions" / f"{version}_next.py").write_text(head + upgrade, "utf-8")
    return version


if __name__ == "__main__":
    migration.SCRIPTS = Path(sys.argv.pop(1))
    app()
