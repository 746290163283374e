"""Tests that three replicas share one database's work, and that one of them may be killed."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.demo.demo import register_country
from core.authorities.rows import authorities
from core.deliveries.rows import leases
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.reminders import settlement
from core.store.store import open_store
from tests.crash.consistency import posted_keys, read_stored_state
from tests.crash.environment import (
    colleagues,
    crash_workspace,
    environment_of,
    settings_from,
    start_product,
)
from tests.crash.product_process import fast_clock
from tests.databases import empty
from tests.factories import a_member, a_user

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from core.rulebook import Rulebook
    from core.store.store import Store

pytestmark = pytest.mark.product

PEOPLE = 120


async def make_reminders_due(store: Store, rulebook: Rulebook) -> None:
    """Make a reminder due for many people."""

    def register(tx: Connection) -> None:
        here = authorities.require(tx, 1)
        for number in range(PEOPLE):
            member = a_member(tx, f"U0P{number:04}", seen_at=fast_clock())
            user = a_user(tx, here, rulebook, member=member.key, in_bulk=True)
            choice = PasswordChoice(user.id, "own", replaces_id=None)
            made_at = fast_clock() - timedelta(days=175)
            passwords.choose(tx, choice, rulebook.policy, made_at)

    await store.write(register)


def has_work_left(tx: Connection) -> bool:
    return leases.backlog(tx)[0] > 0 or settlement.find_due(tx, fast_clock(), 1) != ()


def deliveries_sent_in(log: Path) -> int:
    events = [json.loads(line)["event"] for line in log.read_text("utf-8").splitlines()]
    return events.count("delivery_sent")


@pytest.mark.postgres
@pytest.mark.timeout(240)
async def test_three_replicas_share_the_work_and_one_may_die(
    postgres_url: str, rulebook: Rulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMI_CRASH_BEGAN", str(time.time()))
    store = await open_store(postgres_url)
    await store.write(empty)
    logs = [tmp_path / f"log{number}" for number in range(3)]
    async with crash_workspace(colleagues()) as slack:
        environments = [environment_of(slack, postgres_url, str(log)) for log in logs]
        await register_country(settings_from(environments[0]), slack)
        processes = [await start_product(environment) for environment in environments]
        # Slack is slow, so that each replica finds work.
        slack.faults.add("chat.postMessage", "slow", times=1000, seconds=0.6)
        await make_reminders_due(store, rulebook)
        await slack.until(lambda: len(posted_keys(slack)) > PEOPLE / 3, 60)
        processes[0].send_signal(signal.SIGKILL)
        async with asyncio.timeout(120):
            while await store.read(has_work_left):  # noqa: ASYNC110 - other processes work
                await asyncio.sleep(0.2)
        for process in processes[1:]:
            process.terminate()
        codes = [await asyncio.wait_for(process.wait(), 10) for process in processes]
        posted = posted_keys(slack)
    found = await store.read(read_stored_state)
    await store.close()

    assert codes == [-signal.SIGKILL, 0, 0]
    reminded = [key for key in posted if key.startswith("reminder:")]
    assert (len(reminded), found.reminders, found.doubled_reminders) == (PEOPLE, PEOPLE, 0)
    assert Counter(posted.values()) == {1: len(posted)}
    assert found.unsaid == ()
    assert all(deliveries_sent_in(log) > 0 for log in logs[1:])
