"""Tests that each act of the permission table works when it is sent twice at the same moment.

They run on PostgreSQL, where transactions of one process run side by side. Slack sends the same
act twice when a person presses twice, and two acts at once when a person opens Home and types.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import cycle
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import delete, update

from bot.demo.demo import DemoOptions, running_demo
from core.audit import service as audit
from core.schema.members import members
from core.store.store import open_store
from sandbox import Member
from tests import databases
from tests.bot.log_capture import log_to_memory
from tests.factories import executing
from tests.handlers.conftest import QUICK, all_usernames_sent
from tests.handlers.demo_actions import ANNA, JONAS, register, wait_until_sent
from tests.handlers.signed_requests import send_parcel
from tests.handlers.valid_payloads import parcels_by_name, single_use_parts

if TYPE_CHECKING:
    import io
    from collections.abc import AsyncIterator

    from bot.demo.demo import Demo
    from core.rulebook import Rulebook
    from sandbox.delivery.requests import AppRequest

pytestmark = [pytest.mark.postgres, pytest.mark.sweep, pytest.mark.asyncio(loop_scope="module")]

KARIN, NIKOS, PETRA, GUEST = "U0KARIN", "U0NIKOS", "U0PETRA", "U0GUEST"
# Each has other rights, so that together they reach the end of every listener.
PEOPLE = {
    ANNA: "administrator",
    KARIN: "administrator of the national coordinator",
    JONAS: "ordinary user",
    NIKOS: "colleague without an account",
    PETRA: "member of the Commission's channel",
    GUEST: "linked guest",
}
# Events in the log that mean that something broke, or was put off although nothing was in its way.
FAULTS = {
    *("unexpected_error", "request_not_understood", "background_task_failed"),
    *("delivery_not_settled", "delivery_put_off", "deliveries_not_claimed", "job_failed"),
}


@dataclass(frozen=True, slots=True)
class Postgres:
    """The product on PostgreSQL, and its logs."""

    demo: Demo
    logs: io.StringIO

    def faults_since(self, position: int) -> list[dict[str, object]]:
        """Return the faults that were logged after this position in the log."""
        lines = map(json.loads, self.logs.getvalue()[position:].splitlines())
        return [
            line
            for line in lines
            # The sandbox knows neither the triggers nor the modals of forged requests.
            if line["event"] in FAULTS and line.get("error") != "SlackApiError"
        ]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def postgres(postgres_url: str) -> AsyncIterator[Postgres]:
    """The demo's country on PostgreSQL, with Jonas and a guest registered."""
    store = await open_store(postgres_url)
    await store.write(databases.empty)
    await store.close()
    logs = log_to_memory()
    options = DemoOptions(
        0, 0, socket_mode=False, database_url=postgres_url, hasher=QUICK, real_rate_limits=False
    )
    async with AsyncExitStack() as stack:
        demo = await stack.enter_async_context(running_demo(options))
        await demo.slack.until(lambda: all_usernames_sent(demo), 30)
        await register(demo, member=JONAS)
        await demo.slack.join(Member(GUEST, "guest", "Gerda Guest", "guest@sundhed.example"))
        await register(demo, member=GUEST, email="guest@sundhed.example", first_name="Gerda")
        await demo.slack.update_member(GUEST, is_restricted=True)
        await wait_until_sent(demo)
        yield Postgres(demo, logs)


async def forget(demo: Demo) -> None:
    """Forget every member, so that Slack has to be asked about each."""
    await demo.product.store.write(executing(delete(members)))


async def let_a_day_pass(demo: Demo) -> None:
    """Make what is known of every member a day old."""
    old = demo.slack.clock.now() - timedelta(hours=25)
    await demo.product.store.write(executing(update(members).values(seen_at=old)))


async def send_act(demo: Demo, parcel: AppRequest, member: str) -> tuple[int, str]:
    """Send the request with a trigger of its own, as Slack does for each press."""
    fresh = single_use_parts(demo, parcel, member)
    return await send_parcel(demo, replace(parcel, payload={**parcel.payload, **fresh}))


# Hundreds of acts, each twice: a quarter of a minute on an idle machine.
@pytest.mark.timeout(600)
@pytest.mark.parametrize("member", PEOPLE)
async def test_each_act_can_be_sent_twice_at_once(  # D21, D23
    postgres: Postgres, rulebook: Rulebook, member: str
) -> None:
    demo, position = postgres.demo, postgres.logs.tell()
    statuses, ages = set(), cycle((forget, let_a_day_pass))

    for name, parcels in parcels_by_name(demo, rulebook, member).items():
        for parcel in parcels:
            await next(ages)(demo)
            sent = await asyncio.gather(*(send_act(demo, parcel, member) for _ in range(2)))
            statuses |= {(name, status) for status, _ in sent if status >= 500}
        if demo.slack.view(member) is not None:
            await demo.slack.close(member, clear=True)
    await wait_until_sent(demo)

    assert statuses == set()
    assert postgres.faults_since(position) == []
    assert await demo.product.store.read(audit.first_broken_entry) is None


async def test_home_and_a_command_in_the_morning(postgres: Postgres) -> None:  # D21
    demo, position = postgres.demo, postgres.logs.tell()

    for _ in range(30):
        await let_a_day_pass(demo)
        await asyncio.gather(
            demo.slack.open_home(ANNA),
            *(demo.slack.command(ANNA, "/imi-help") for _ in range(4)),
        )

    assert postgres.faults_since(position) == []
