"""A short crash test: the product is killed under load, and nothing is lost or sent twice."""

import pytest

from core.store.store import open_store
from tests.crash.run import CrashOptions, run_crashes
from tests.databases import empty

pytestmark = pytest.mark.product


@pytest.mark.timeout(240)
async def test_nothing_is_lost_or_sent_twice_when_killed_repeatedly(database_url: str) -> None:
    if database_url.startswith("postgresql"):
        store = await open_store(database_url)
        await store.write(empty)
        await store.close()

    report = await run_crashes(CrashOptions(kills=6, seed=7, database=database_url))

    assert report.faults == []
    assert len(report.found.members) > 0
