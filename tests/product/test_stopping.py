"""Tests that the product stops within ten seconds of SIGTERM and releases its leases."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, select

from bot.demo.demo import register_country
from core.deliveries.rules import DeliveryState, Lane
from core.schema.deliveries import deliveries
from core.schema.jobs import jobs
from core.store.store import open_store
from tests.crash.environment import crash_workspace, environment_of, settings_from, start_product
from tests.databases import empty

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.product

WITHIN = 10


async def test_sigterm_stops_the_process_and_releases_leases(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMI_CRASH_BEGAN", str(time.time()))
    store = await open_store(database_url)
    if database_url.startswith("postgresql"):
        await store.write(empty)
    async with crash_workspace([]) as slack:
        environment = environment_of(slack, database_url, str(tmp_path / "log"))
        await register_country(settings_from(environment), slack)
        slack.faults.add("chat.postMessage", "timeout", times=100, seconds=30)
        process = await start_product(environment)
        await slack.until(lambda: len(slack.mails) > 3, 10)

        process.terminate()
        code = await asyncio.wait_for(process.wait(), WITHIN)

    def held(tx: Connection) -> tuple[int, int, int]:
        rows = tx.execute(
            select(deliveries).where(deliveries.c.state == DeliveryState.WAITING)
        ).all()
        leased = sum(row.leased_until is not None for row in rows)
        outcome_unknown = sum(row.outcome_unknown for row in rows if row.lane == Lane.SLACK)
        taken = len(tx.execute(select(jobs).where(jobs.c.leased_until.is_not(None))).all())
        return leased, outcome_unknown, taken

    leased, outcome_unknown, taken = await store.read(held)
    await store.close()
    assert code == 0
    assert (leased, taken) == (0, 0)
    # A delivery that was being sent is searched for before it is sent again.
    assert outcome_unknown > 0
