"""Short crash tests: under load the product is killed, or a server that it needs is unavailable.

Nothing is lost or sent twice.
"""

import asyncio

import pytest

from tests.crash.outage import DATABASE, MAIL, SLACK, Outage
from tests.crash.run import CrashOptions, run_crashes
from tests.databases import empty, write_alone

pytestmark = pytest.mark.product


@pytest.mark.timeout(600)
async def test_nothing_is_lost_or_sent_twice_when_killed_repeatedly(database_url: str) -> None:
    if database_url.startswith("postgresql"):
        await asyncio.to_thread(write_alone, database_url, empty)

    report = await run_crashes(CrashOptions(kills=6, seed=7, database=database_url))

    assert report.faults == []
    assert len(report.found.members) > 0


@pytest.mark.timeout(600)
async def test_nothing_is_lost_or_sent_twice_while_slack_and_the_mail_server_are_unavailable() -> (
    None
):
    """Messages that cannot be sent wait, and are sent when the servers are back."""
    report = await run_crashes(CrashOptions(outage=Outage((SLACK, MAIL), seconds=10), seed=7))

    assert report.faults == []
    assert len(report.found.members) > 0
    assert report.ready_in_outage == "200, 200, 200"


@pytest.mark.postgres
@pytest.mark.timeout(600)
async def test_nothing_is_lost_or_sent_twice_while_postgresql_is_unavailable(
    postgres_url: str,
) -> None:
    """The product stays, says that it is not ready, and goes on when the database is back."""
    await asyncio.to_thread(write_alone, postgres_url, empty)
    outage = Outage((DATABASE,), seconds=12)

    report = await run_crashes(CrashOptions(outage=outage, seed=7, database=postgres_url))

    assert report.faults == []
    assert len(report.found.members) > 0
    assert report.ready_in_outage == "200, 503, 200"
