"""Each job does what is due, and nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from bot.jobs.audit_checkpoints import AuditCheckpoints, CheckpointParts
from bot.jobs.member_sync import MemberSync
from bot.jobs.schedule import KEPT, MANY, JobParts, Jobs, NotAllPurgedError
from bot.slack.client import SlackSender
from bot.slack.errors import SlackRefused
from bot.slack.rate_limits import RateLimiter, RateLimits
from core.audit.checkpoints import is_ours
from core.audit.rows import checkpoints
from core.audit.rows import entries as audit_rows
from core.audit.signing import TrailBrokenError
from core.authorities.rows import authorities
from core.deliveries.rows import deliveries
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.errors import SignInRefusedError
from core.members import rows as members
from core.members.rules import MemberKey
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.resets import rows as requests
from core.resets import service as resets
from core.resets.rules import RequestSource, ResetRequestState
from core.schema.audit import audit_checkpoints, audit_entries
from core.secret import Secret
from core.signin import service as signin
from core.users.rows import users
from tests.factories import TEAM, a_user, an_administrator, an_authority, executing
from tests.times import NOON

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient
    from sqlalchemy import Connection, Executable

    from core.rulebook import Rulebook
    from core.store.store import Store
    from core.users.rules import User
    from sandbox import Sandbox


KEY = Secret("k" * 32)


class Nudged:
    """Counts how often the worker is told to look."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def nudged() -> Nudged:
    return Nudged()


@pytest.fixture
def jobs(
    store: Store, rulebook: Rulebook, slack: Sandbox, client: AsyncWebClient, nudged: Nudged
) -> Jobs:
    clock = slack.clock.now
    sender = SlackSender(client, RateLimiter(RateLimits({}, 0), clock))
    heads = AuditCheckpoints(CheckpointParts(store, sender, clock, [KEY], "C0TEAM"))
    return Jobs(JobParts(store, rulebook, clock, MemberSync(store, client, clock), nudged, heads))


@pytest.fixture
async def user(store: Store, rulebook: Rulebook) -> User:
    def wish(tx: Connection) -> User:
        authority = an_authority(tx)
        an_administrator(tx, authority, rulebook)
        return a_user(tx, authority, rulebook)

    return await store.write(wish)


async def count(store: Store, kind: DeliveryKind) -> int:
    table = deliveries.deliveries
    query = select(func.count()).select_from(table).where(table.c.kind == kind)
    return await store.read(lambda tx: int(tx.scalar(query) or 0))


async def test_all_of_them_run(jobs: Jobs, store: Store, user: User, slack: Sandbox) -> None:
    slack.clock.advance(timedelta(days=200))

    for job in jobs.all_of_them():
        await job.work()

    names = [job.name for job in jobs.all_of_them()]
    assert len(names) == len(set(names))
    assert await count(store, DeliveryKind.STILL_RIGHT) > 0
    assert user.id


async def test_old_sessions_end(
    jobs: Jobs, store: Store, user: User, slack: Sandbox, rulebook: Rulebook
) -> None:
    token = Secret("token")
    await store.write(lambda tx: signin.open_session(tx, user.id, token, NOON))
    slack.clock.advance(timedelta(hours=9))

    await jobs.end_old_sessions()

    with pytest.raises(SignInRefusedError):
        await store.read(lambda tx: signin.user_of_session(tx, token, rulebook.policy, NOON))


async def test_requests_lapse(  # D11
    jobs: Jobs, store: Store, user: User, slack: Sandbox, rulebook: Rulebook
) -> None:
    policy = rulebook.policy
    request = await store.write(
        lambda tx: resets.request_reset(tx, user.id, RequestSource.PORTAL, policy, NOON)
    )
    slack.clock.advance(timedelta(days=policy.request_days, minutes=1))

    await jobs.lapse_requests()

    closed = await store.read(lambda tx: requests.find(tx, request.id))
    assert closed is not None
    assert closed.state == ResetRequestState.LAPSED


async def test_the_workspaces_people_are_compared(jobs: Jobs, store: Store) -> None:  # D14
    await jobs.compare_members()

    assert await store.read(lambda tx: members.find(tx, MemberKey(TEAM, "U0ADA"))) is not None
    assert await store.read(lambda tx: members.find(tx, MemberKey(TEAM, "U0GONE"))) is None


async def test_reminders_are_queued_once(  # R69, D6
    jobs: Jobs, user: User, slack: Sandbox, rulebook: Rulebook, nudged: Nudged
) -> None:
    store = jobs._store  # noqa: SLF001 - the fixture's own
    choice = PasswordChoice(user.id, "own", replaces_id=None)
    await store.write(lambda tx: passwords.choose(tx, choice, rulebook.policy, NOON))
    slack.clock.advance(datetime.fromisoformat("2026-08-27T12:00+00:00") - slack.clock.now())

    for _ in range(2):
        await jobs.remind()

    assert await count(store, DeliveryKind.REMINDER) == 1
    assert nudged.times >= 2


async def test_what_authorities_lack_is_noticed_and_told_once(  # R39
    jobs: Jobs, store: Store, user: User, slack: Sandbox
) -> None:
    assert user.id
    for days in (0, 1, 0):
        slack.clock.advance(timedelta(days=days))
        await jobs.warn()

    # The second administrator, and the request handler of PQ and of PR.
    assert await count(store, DeliveryKind.WARNING) == 3


async def test_what_is_not_lacking_any_more_is_forgotten(  # R39
    jobs: Jobs, store: Store, user: User, slack: Sandbox, rulebook: Rulebook
) -> None:
    await jobs.warn()

    def fill(tx: Connection) -> None:
        here = authorities.require(tx, user.authority_id)
        keys = rulebook.catalogue.roles_in(("PQ", "PR"))
        a_user(tx, here, rulebook, roles=frozenset(keys))

    await store.write(fill)
    slack.clock.advance(timedelta(days=1))
    await jobs.warn()

    assert await count(store, DeliveryKind.WARNING) == 0


async def test_old_deliveries_about_single_events_go(
    jobs: Jobs, store: Store, user: User, slack: Sandbox
) -> None:
    def wish(tx: Connection) -> None:
        many = [
            NewDelivery(DeliveryKind.REMINDER, user.authority_id, user.id, event=f"{number}:7")
            for number in range(MANY + 1)
        ]
        deliveries.add(tx, many, NOON)
        table = deliveries.deliveries
        tx.execute(table.update().values(state="sent", done_at=NOON))

    await store.write(wish)
    slack.clock.advance(KEPT - timedelta(hours=1))
    await jobs.drop_old_deliveries()
    assert await count(store, DeliveryKind.REMINDER) == MANY + 1

    slack.clock.advance(timedelta(hours=2))
    await jobs.drop_old_deliveries()

    assert await count(store, DeliveryKind.REMINDER) == 0
    assert await count(store, DeliveryKind.TEMPORARY_PASSWORD) == 2


async def test_the_head_of_the_trail_is_posted_once(  # D22
    jobs: Jobs, user: User, slack: Sandbox
) -> None:
    job = next(job for job in jobs.all_of_them() if job.name == "audit_head")
    for _ in range(2):
        await job.work()

    (post,) = slack.messages("C0TEAM")
    newest = await jobs._store.read(audit_rows.newest)  # noqa: SLF001 - the fixture's own
    assert f"`{newest[0]}:{newest[1]}`" in str(post.blocks)
    assert user.id


async def test_a_head_that_was_posted_by_who_then_died_is_not_posted_again(  # D22
    jobs: Jobs, store: Store, user: User, slack: Sandbox
) -> None:
    job = next(job for job in jobs.all_of_them() if job.name == "audit_head")
    await job.work()
    await store.write(executing(audit_checkpoints.update().values(posted=False)))

    await job.work()

    assert len(slack.messages("C0TEAM")) == 1
    assert user.id


async def test_a_channel_that_refuses_the_head_is_seen(  # D22
    jobs: Jobs, user: User, slack: Sandbox
) -> None:
    slack.faults.add("chat.postMessage", "error:is_archived")
    job = next(job for job in jobs.all_of_them() if job.name == "audit_head")

    with capture_logs() as logs, pytest.raises(SlackRefused):
        await job.work()

    assert logs[0]["event"] == "audit_head_refused"
    assert user.id


async def test_without_a_channel_the_head_is_signed_all_the_same(  # D22
    jobs: Jobs, store: Store, user: User, slack: Sandbox
) -> None:
    parts = replace(jobs._parts.heads._parts, channel=None)  # noqa: SLF001 - the fixture's own

    await AuditCheckpoints(parts).post()

    (head,) = await store.read(checkpoints.every)
    assert is_ours(head, [KEY])
    assert not is_ours(head, [Secret("other")])
    assert slack.messages("C0TEAM") == []
    assert user.id


@pytest.mark.parametrize(
    "change",
    [audit_entries.update().values(act="signed_in"), audit_checkpoints.delete()],
    ids=["entries", "heads"],
)
async def test_over_a_trail_that_was_changed_no_head_is_signed_and_it_is_seen(  # D22
    jobs: Jobs, store: Store, user: User, slack: Sandbox, change: Executable
) -> None:
    assert user.id
    work = {job.name: job.work for job in jobs.all_of_them()}
    await work["audit_signing"]()
    (head,) = await store.read(checkpoints.every)
    await store.write(executing(change))
    left = await store.read(checkpoints.every)

    for name in ("audit_signing", "audit_head"):
        with capture_logs() as logs, pytest.raises(TrailBrokenError):
            await work[name]()
        assert [(one["event"], one["number"]) for one in logs] == [
            ("audit_trail_broken", head.number)
        ]

    assert await store.read(checkpoints.every) == left
    assert slack.messages("C0TEAM") == []


async def test_what_is_new_is_signed_before_the_next_post(  # D22
    jobs: Jobs, store: Store, user: User, slack: Sandbox
) -> None:
    work = {job.name: job.work for job in jobs.all_of_them()}
    await work["audit_head"]()
    policy = Policy()
    await store.write(
        lambda tx: resets.request_reset(tx, user.id, RequestSource.SLACK, policy, NOON)
    )

    await work["audit_signing"]()

    newest = await store.read(audit_rows.newest)
    assert (await store.read(checkpoints.every))[-1].number == newest[0]
    assert len(slack.messages("C0TEAM")) == 1


async def test_who_was_removed_three_years_ago_is_erased(  # D14
    jobs: Jobs, store: Store, user: User, slack: Sandbox
) -> None:
    table = users.users
    await store.write(
        executing(table.update().where(table.c.id == user.id).values(removed_at=NOON))
    )
    slack.clock.advance(timedelta(days=3 * 365))
    await jobs.purge()
    kept = await store.read(lambda tx: users.find(tx, user.id))
    assert kept is not None
    assert kept.full_name == user.full_name

    slack.clock.advance(timedelta(days=2))
    await jobs.purge()

    erased = await store.read(lambda tx: users.find(tx, user.id))
    assert erased is not None
    assert erased.full_name == f"Erased #{user.id}"


async def test_one_who_cannot_be_erased_stops_nobody_else(  # D14
    jobs: Jobs, store: Store, user: User, rulebook: Rulebook, slack: Sandbox
) -> None:
    def wish(tx: Connection) -> User:
        authority = an_authority(tx)
        # Somebody has the first one's pseudonym, which every rule forbids.
        a_user(tx, authority, rulebook, username=f"erased#{user.id}")
        return a_user(tx, authority, rulebook)

    other = await store.write(wish)
    table, ids = users.users, [user.id, other.id]
    await store.write(executing(table.update().where(table.c.id.in_(ids)).values(removed_at=NOON)))
    slack.clock.advance(timedelta(days=3 * 365 + 2))

    with capture_logs() as logs, pytest.raises(NotAllPurgedError):
        await jobs.purge()

    names = [one.full_name for one in await store.read(lambda tx: users.find_all(tx, sorted(ids)))]
    assert sorted(names) == sorted([user.full_name, f"Erased #{other.id}"])
    assert [(one["event"], one["user"], one["error"]) for one in logs] == [
        ("user_not_purged", user.id, "IntegrityError")
    ]
