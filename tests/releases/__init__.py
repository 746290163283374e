"""A small database of each release, from which the tests upgrade; `__main__` makes the next one.

Each directory has the name of its release and holds the same invented users twice: an SQLite file,
and PostgreSQL's statements, both compressed with gzip.
"""

import asyncio
import gzip
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from tests import databases

FOLDER = Path(__file__).parent
SQLITE, POSTGRES, FACTS = "imi.sqlite3.gz", "imi.postgres.sql.gz", "release.json"
# `psql` understands these lines of newer versions of `pg_dump`; the server does not.
_PSQL_LINES = re.compile(r"^\\.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Release:
    """A release: its version, its schema's version, and when its databases were made.

    `sqlite_key` and `postgres_key` are the IMI_SECRET_KEY of each database.
    """

    name: str
    schema: str
    made_at: datetime
    sqlite_key: str
    postgres_key: str

    def sqlite(self, folder: Path) -> str:
        """Write the SQLite database into the folder; return its URL."""
        file = folder / "imi.sqlite3"
        file.write_bytes(gzip.decompress((FOLDER / self.name / SQLITE).read_bytes()))
        return f"sqlite:///{file}"

    @contextmanager
    def postgres(self, server: str) -> Iterator[str]:
        """Make the PostgreSQL database on the server; yield its URL, and drop it at the end."""
        dump = gzip.decompress((FOLDER / self.name / POSTGRES).read_bytes()).decode()
        with databases.postgres_database(server, migrated=False) as url:
            asyncio.run(_execute(url, _PSQL_LINES.sub("", dump)))
            yield url


def all_releases() -> list[Release]:
    """Return the releases, the oldest first."""
    found = []
    for file in FOLDER.glob(f"*/{FACTS}"):
        facts = json.loads(file.read_text("utf-8"))
        facts["made_at"] = datetime.fromisoformat(facts["made_at"])
        found.append(Release(file.parent.name, **facts))
    return sorted(found, key=lambda release: release.made_at)


async def _execute(url: str, script: str) -> None:
    engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"))
    async with engine.connect() as connection:
        raw = await connection.get_raw_connection()
        assert raw.driver_connection is not None
        # Many statements at once, which SQLAlchemy would take for one.
        await raw.driver_connection.execute(script)
    await engine.dispose()
