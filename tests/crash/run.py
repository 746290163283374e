"""Runs the product under load while its process is killed or a server that it needs is unavailable.

The sandbox and the load run here, the product in a process of its own.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.delivery.worker import MAX_CONCURRENT
from bot.demo.demo import register_country
from core.deliveries.rows import leases
from core.deliveries.rules import MAX_BACKOFF, Lane
from core.reminders import settlement
from core.store.store import Store, open_store
from tests.crash.consistency import StoredState, inconsistencies, read_stored_state
from tests.crash.environment import (
    colleagues,
    crash_workspace,
    environment_of,
    settings_from,
    start_product,
)
from tests.crash.load import ADMINISTRATORS, Confirmed, Load
from tests.crash.outage import Outage, have_outage
from tests.crash.passwords import check_mailed_passwords
from tests.crash.product_process import fast_clock

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sandbox import Member

DRAIN_SECONDS = 150
FIRST_REGISTRATION_SECONDS = 60


@dataclass(frozen=True, slots=True)
class CrashOptions:
    """The number of kills, an outage after them, the random seed, and the database's URL."""

    kills: int = 0
    outage: Outage | None = None
    seed: int = 1
    database: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a crash test."""

    kills: int
    seconds: float
    done: Confirmed
    found: StoredState
    mails: int
    mails_twice: int
    ready_in_outage: str
    faults: list[str]

    def lines(self) -> list[str]:
        """Return lines with the counts, then the inconsistencies."""
        done, found = self.done, self.found
        return [
            f"killed {self.kills} times in {self.seconds:.0f} s; {done.faults} faults outside",
            f"ready while a server was unavailable: {self.ready_in_outage}",
            f"registered {len(found.members)}, reset {done.reset}, reminders {found.reminders}",
            f"deliveries sent {len(found.sent)}, of them in Slack {sum(s for *_, s in found.sent)}",
            f"mails {self.mails}, of them said a second time {self.mails_twice}",
            *(f"WRONG: {fault}" for fault in self.faults),
            "all is whole, all is said, nothing twice" if not self.faults else "see above",
        ]


async def run_crashes(options: CrashOptions) -> Report:
    """Kill the product repeatedly under load, let it finish, and check the result."""
    os.environ["IMI_CRASH_BEGAN"] = str(time.time())
    os.environ.pop("IMI_CRASH_SKIPPED", None)
    chance, began = random.Random(options.seed), time.monotonic()  # noqa: S311 - no secret
    people = colleagues()
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="imi-crash-"))
        slack = await stack.enter_async_context(crash_workspace(people))
        database = options.database or f"sqlite:///{folder}/imi.sqlite3"
        environment = environment_of(slack, database, f"{folder}/log")
        slack.request_url = f"{environment['IMI_PUBLIC_URL']}/slack/events"
        store = await open_store(database)
        stack.push_async_callback(store.close)
        await register_country(settings_from(environment), slack)
        load = Load(slack, store, _by_administrator(people))
        async with load.running(chance):
            killed = await _kill(options.kills, environment, load, chance)
            ready = await have_outage(options.outage, environment) if options.outage else "-"
        found = await _drain(environment, store)
        mails, twice, wrong = await check_mailed_passwords(store, slack)
        # Each kill or outage can cut off as many mails as are sent concurrently.
        if twice > load.done.left_open + (killed + 1) * MAX_CONCURRENT[Lane.MAIL]:
            wrong.append(f"letters said twice: {twice}")
        faults = [*inconsistencies(found, load.done, slack), *wrong]
    seconds = time.monotonic() - began
    return Report(killed, seconds, load.done, found, mails, twice, ready, faults)


async def _kill(kills: int, environment: dict[str, str], load: Load, chance: random.Random) -> int:
    """Kill the product this often, once more if nobody was registered; return how often."""
    for _ in range(kills):
        process = await start_product(environment)
        await asyncio.sleep(chance.uniform(0.0, 1.5))
        await _kill_now(process)
    if not kills or load.done.registered:
        return kills
    # A busy machine registers nobody in so short a time.
    process = await start_product(environment)
    ends = time.monotonic() + FIRST_REGISTRATION_SECONDS
    while time.monotonic() < ends and not load.done.registered:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    await _kill_now(process)
    return kills + 1


async def _kill_now(process: asyncio.subprocess.Process) -> None:
    process.send_signal(signal.SIGKILL)
    await process.wait()


async def _drain(environment: dict[str, str], store: Store) -> StoredState:
    # Deliveries that failed repeatedly wait up to an hour by now.
    os.environ["IMI_CRASH_SKIPPED"] = str(MAX_BACKOFF.total_seconds())
    process = await start_product(environment)
    ends = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < ends and await store.read(_has_work_left):  # noqa: ASYNC110
        await asyncio.sleep(0.3)
    process.terminate()
    await process.wait()
    return await store.read(read_stored_state)


def _has_work_left(tx: Connection) -> bool:
    return leases.backlog(tx)[0] > 0 or settlement.find_due(tx, fast_clock(), 1) != ()


def _by_administrator(people: list[Member]) -> dict[str, list[str]]:
    return {
        administrator: [one.id for one in people[number :: len(ADMINISTRATORS)]]
        for number, administrator in enumerate(ADMINISTRATORS)
    }
