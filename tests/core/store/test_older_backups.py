"""Tests that a backup holds what tables of an older version hold, before a migration."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from core.schema.tables import metadata
from core.store import backup as backups
from tests import databases
from tests.times import NOON

# As an older version could have left them: without a table and a column of this version, and with
# columns that this version no longer has.
OLDER = (
    "DROP TABLE authority_drafts",
    "ALTER TABLE jobs DROP COLUMN error",
    "ALTER TABLE jobs ADD COLUMN former_at TIMESTAMP",
    "ALTER TABLE jobs ADD COLUMN former_name VARCHAR(10)",
    """INSERT INTO jobs (name, due_at, failures, interval_seconds, former_at, former_name)
    VALUES ('purge', '2026-03-02 12:00:00', 0, 60, '2026-03-02 12:00:00', 'old')""",
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def older_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'older.sqlite3'}"
        databases.migrate(url)
        yield url
        return
    request.getfixturevalue("postgres_url")
    assert databases.POSTGRES is not None
    with databases.postgres_database(databases.POSTGRES) as url:
        yield url


def make_older(tx: Connection) -> None:
    for statement in OLDER:
        tx.execute(text(statement))


def dump(tx: Connection) -> list[Any]:
    return [json.loads(line) for line in backups.dump(tx, metadata.sorted_tables, NOON)]


def test_a_backup_has_the_tables_and_columns_that_the_database_has(older_url: str) -> None:
    databases.write_alone(older_url, make_older)

    lines = databases.write_alone(older_url, dump)

    (job,) = [line[1] for line in lines if isinstance(line, list) and line[0] == "jobs"]
    assert (job["name"], job["former_name"], "error" in job) == ("purge", "old", False)
    assert job["due_at"].startswith("2026-03-02T")
    # A moment without its zone could not be restored.
    assert job["former_at"] == "2026-03-02T12:00:00+00:00"
    assert lines[-1] == {"rows": len([line for line in lines[1:-1] if line[0]])}
