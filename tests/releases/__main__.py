"""Makes the small databases of this release: `python -m tests.releases`, before it is released.

It needs `pg_dump`, and a server in IMI_TEST_POSTGRES_URL.
"""

import asyncio
import gzip
import json
import subprocess
import tempfile
import tomllib
from datetime import datetime
from pathlib import Path

from bot.demo.demo import DemoOptions, running_demo
from core.passwords.hashing import Hasher
from core.store import migration
from tests import databases
from tests.databases import POSTGRES as SERVER
from tests.releases import FACTS, FOLDER, POSTGRES, SQLITE
from tests.sample_demo import FIRST_MAILS

# Neither the owner nor the server's own settings; rows as statements that any client can send.
PG_DUMP = ("pg_dump", "--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=50")


async def _fill(url: str) -> tuple[str, datetime]:
    """Register the demo's users, and let its first messages be sent.

    Returns the secret key, and the time.
    """
    hasher = Hasher(memory_kib=8, rounds=1)
    options = DemoOptions(
        0, 0, database_url=url, hasher=hasher, real_rate_limits=False, sample_users=True
    )
    async with running_demo(options) as running:
        await running.slack.until(lambda: len(running.slack.mails) == FIRST_MAILS)
        key = running.settings.imi_secret_key.get_secret_value()
        return key, running.slack.clock.now()


def _write(folder: Path, name: str, content: bytes) -> None:
    # The same content always gives the same file.
    (folder / name).write_bytes(gzip.compress(content, mtime=0))


def main() -> None:
    """Make both databases with the same facts."""
    assert SERVER is not None, "Set IMI_TEST_POSTGRES_URL."
    version = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]["version"]
    folder = FOLDER / version
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, databases.postgres_database(SERVER) as there:
        file = Path(scratch, "imi.sqlite3")
        sqlite_key, _ = asyncio.run(_fill(f"sqlite:///{file}"))
        _write(folder, SQLITE, file.read_bytes())
        postgres_key, made_at = asyncio.run(_fill(there))
        dumped = subprocess.run([*PG_DUMP, there], check=True, capture_output=True)  # noqa: S603 - ours
        _write(folder, POSTGRES, dumped.stdout)
    facts = {
        "schema": migration.newest_version(),
        "made_at": made_at.isoformat(),
        "sqlite_key": sqlite_key,
        "postgres_key": postgres_key,
    }
    (folder / FACTS).write_text(json.dumps(facts, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
