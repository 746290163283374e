"""Tests that backups of the running product are complete, and a restore sends nothing twice."""

from __future__ import annotations

import asyncio
import os
import random
import stat
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.demo.demo import register_country
from core.audit.rules import Act
from core.deliveries.rows import leases
from core.deliveries.rules import DeliveryState
from core.schema.audit import audit_entries
from core.schema.deliveries import deliveries
from core.schema.roles import user_roles
from core.schema.users import users
from core.store.store import open_store
from tests import databases
from tests.bot.delivery_worker import PASSWORD
from tests.bot.portal.browser import Browser
from tests.crash.consistency import posted_keys, read_stored_state
from tests.crash.environment import (
    colleagues,
    crash_workspace,
    environment_of,
    settings_from,
    start_product,
)
from tests.crash.load import ADMINISTRATORS, Load

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Any

    from sqlalchemy import Connection, Row

    from core.store.store import Store
    from sandbox import Sandbox

pytestmark = pytest.mark.product

ROOT = Path(__file__).parents[2]
# Few, because each search in Slack takes more than a second under its rate limits.
REGISTERED = 6


async def run_command(environment: dict[str, str], *words: str) -> str:
    """Run a command of `imi-bot`; return its output."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        cwd=ROOT,
        env={**os.environ, **environment, "IMI_SETTINGS_FILE": os.devnull},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return output.decode()


async def sign_in(slack: Sandbox, store: Store, url: str) -> None:
    """Sign in repeatedly with the newest mailed passwords."""
    while True:
        await asyncio.sleep(0.05)
        letters = {
            mail.recipients[0]: found[0]
            for mail in slack.mails
            if (found := PASSWORD.findall(mail.plain))
        }
        names = {row.email: row.username for row in await store.read(user_rows)}
        for address in sorted(letters)[-3:]:
            async with Browser(url) as browser:
                await browser.sign_in(names[address], letters[address])


def user_rows(tx: Connection) -> list[Any]:
    return list(tx.execute(select(users.c.id, users.c.email, users.c.username)).all())


def restore_problems(tx: Connection) -> list[str]:
    """Return the inconsistencies of a restored database."""
    found = read_stored_state(tx)
    here = set(tx.scalars(select(users.c.id)))
    doubtless = tx.scalars(
        select(deliveries.c.key).where(
            deliveries.c.state == DeliveryState.WAITING, ~deliveries.c.outcome_unknown
        )
    )
    checks = {
        "chain broken at": found.broken_at,
        "without all their deliveries": found.incomplete,
        "on record not once": {n for n in here if found.registrations[n] != 1},
        "not doubted": set(doubtless),
    }
    return [f"{name}: {what}" for name, what in checks.items() if what]


def roles(tx: Connection) -> set[Row[Any]]:
    """Return the holders of each role, which do not change meanwhile."""
    return set(tx.execute(select(user_roles)).all())


def signed_in(tx: Connection) -> int:
    query = select(audit_entries.c.id).where(audit_entries.c.act == Act.SIGNED_IN)
    return len(tx.scalars(query).all())


async def has_waiting_delivery(store: Store) -> bool:
    return await store.read(lambda tx: leases.backlog(tx)[0] > 0)


async def run_until_drained(environment: dict[str, str], store: Store) -> None:
    """Run the product until no delivery waits."""
    process = await start_product(environment)
    try:
        async with asyncio.timeout(150):
            while await has_waiting_delivery(store):  # noqa: ASYNC110 - another process works
                await asyncio.sleep(0.2)
    finally:
        process.terminate()
        await process.wait()


@dataclass(frozen=True, slots=True)
class Original:
    """The product to back up, with its own workspace."""

    slack: Sandbox
    store: Store
    environment: dict[str, str]


@asynccontextmanager
async def running_original(database_url: str, folder: Path) -> AsyncIterator[Original]:
    """Register the country in an empty database."""
    store = await open_store(database_url)
    if database_url.startswith("postgresql"):
        await store.write(databases.empty)
    async with crash_workspace(colleagues()) as slack:
        environment = environment_of(slack, database_url, str(folder / "log"))
        slack.request_url = f"{environment['IMI_PUBLIC_URL']}/slack/events"
        await register_country(settings_from(environment), slack)
        yield Original(slack, store, environment)
    await store.close()


async def back_up_under_load(made: Original, files: list[Path]) -> int:
    """Make backups while people register and sign in; return how many were registered."""
    process = await start_product(made.environment)
    # Messages to Slack wait until the backups are made.
    made.slack.faults.add("chat.postMessage", "http_500", times=100_000)
    by = {
        who: [one.id for one in colleagues()[n:REGISTERED:3]]
        for n, who in enumerate(ADMINISTRATORS)
    }
    load, url = Load(made.slack, made.store, by), made.environment["IMI_PUBLIC_URL"]
    chances = {who: random.Random(1) for who in ADMINISTRATORS}  # noqa: S311 - no secret
    working = [asyncio.create_task(load.administer(who, chances[who])) for who in ADMINISTRATORS]
    working.append(asyncio.create_task(sign_in(made.slack, made.store, url)))
    try:
        for file in files:
            await run_command(made.environment, "backup", str(file))
    finally:
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        process.terminate()
        await process.wait()
        made.slack.faults.clear()
    return len(load.done.registered)


@dataclass(frozen=True, slots=True)
class Restored:
    """The content of a restored database."""

    lacking: list[str]
    signed_in: int
    roles_kept: bool
    waits: bool


async def restore(made: Original, file: Path, *, drain: bool) -> Restored:
    """Restore the backup and check it; run the product on it if asked to."""
    environment = {**made.environment, "IMI_DATABASE_URL": f"sqlite:///{file}.sqlite3"}
    await run_command(environment, "restore", str(file))
    await run_command(environment, "audit", "verify")
    store = await open_store(environment["IMI_DATABASE_URL"])
    here = {row.id for row in await store.read(user_rows)}
    kept = {row for row in await made.store.read(roles) if row.user_id in here}
    found = Restored(
        await store.read(restore_problems),
        await store.read(signed_in),
        await store.read(roles) == kept,
        await has_waiting_delivery(store),
    )
    if drain:
        await run_until_drained(environment, store)
    await store.close()
    return found


@pytest.mark.timeout(300)
async def test_backups_under_load_are_complete_and_send_nothing_twice(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMI_CRASH_BEGAN", str(time.time()))
    first, last = tmp_path / "first.gz", tmp_path / "last.gz"

    async with running_original(database_url, tmp_path) as made:
        registered = await back_up_under_load(made, [first, last])
        # The original sends all waiting deliveries, after the backups.
        await run_until_drained(made.environment, made.store)
        before = posted_keys(made.slack)
        found = [await restore(made, file, drain=file == last) for file in (first, last)]
        after = posted_keys(made.slack)

    assert [one.lacking for one in found] == [[], []]
    assert all(one.roles_kept for one in found)
    assert (found[-1].signed_in > 0, found[-1].waits, registered > 0) == (True, True, True)
    assert {stat.S_IMODE(file.stat().st_mode) for file in (first, last)} == {0o600}
    assert {key: number for key, number in after.items() if number > before[key]} == {}
    assert set(after.values()) == {1}
