"""The nightly comparison with the workspace's people."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.roster import Roster
from bot.scheduler import Scheduler
from core.leavers import rows as leavers
from core.members import rows as members
from core.members.rules import MemberKey
from core.policy import Policy
from core.resets import rows as requests
from core.resets import service as resets
from core.resets.rules import RequestState, Source
from sandbox import Member
from tests.data import TEAM, a_user, an_administrator, an_authority
from tests.times import NOON

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient
    from sqlalchemy import Connection

    from core.store.store import Store
    from core.users.rules import User
    from sandbox import Sandbox
    from tests.bot.working import Registry


async def test_what_events_missed_is_noticed(  # D14, D21
    registry: Registry, store: Store, slack: Sandbox, client: AsyncWebClient
) -> None:
    gone = await registry.register("U0GONE")
    here = await registry.register("U0ADA")

    number = await Roster(store, client, slack.clock.now).compare()

    assert number == 5 + 1  # and the app's own bot
    known = await store.read(lambda tx: members.find(tx, MemberKey(TEAM, "U0OTHER")))
    assert known is not None
    assert known.stranger
    assert await store.read(lambda tx: leavers.find(tx, gone.id)) is not None
    assert await store.read(lambda tx: leavers.find(tx, here.id)) is None


async def test_a_workspace_of_many_pages_is_read_to_its_end(
    store: Store, slack: Sandbox, client: AsyncWebClient
) -> None:
    for n in range(250):
        await slack.join(Member(f"U1P{n:03}", f"p{n}", f"Person {n}", f"p{n}@health.example"))

    assert await Roster(store, client, slack.clock.now).compare() == 256

    last = await store.read(lambda tx: members.find(tx, MemberKey(TEAM, "U1P249")))
    assert last is not None


async def test_a_slack_that_refuses_is_asked_another_night(
    store: Store, slack: Sandbox, client: AsyncWebClient
) -> None:
    slack.faults.add("users.list", "error:missing_scope")

    assert await Roster(store, client, slack.clock.now).compare() == 0


async def test_the_jobs_do_what_is_due(  # D11, D14
    registry: Registry, store: Store, slack: Sandbox, client: AsyncWebClient
) -> None:
    policy = Policy()

    def wish(tx: Connection) -> User:
        authority = an_authority(tx)
        an_administrator(tx, authority, registry.rulebook)
        return a_user(tx, authority, registry.rulebook)

    user = await store.write(wish)
    request = await store.write(lambda tx: resets.ask(tx, user.id, Source.PORTAL, policy, NOON))
    clock = slack.clock
    clock.advance(timedelta(days=policy.request_days, minutes=1))
    jobs = Scheduler(store, policy, clock.now, Roster(store, client, clock.now))

    await jobs.end_old_sessions()
    await jobs.ask_about_leavers()
    await jobs.lapse_requests()
    await jobs.compare_members()

    closed = await store.read(lambda tx: requests.find(tx, request.id))
    assert closed is not None
    assert closed.state == RequestState.LAPSED
    assert await store.read(lambda tx: members.find(tx, MemberKey(TEAM, "U0ADA"))) is not None
