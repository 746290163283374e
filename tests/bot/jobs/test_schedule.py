"""Tests that each scheduled job does its work once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from bot.jobs.schedule import DELIVERIES_KEPT, LARGE_BATCH, Jobs, NotAllPurgedError
from bot.jobs.scheduler import Scheduler
from core.authorities.rows import authorities
from core.deliveries.rows import deliveries
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.errors import SignInRefusedError
from core.jobs import rows as job_rows
from core.languages.names import full_name
from core.members import rows as members
from core.members.rules import MemberKey
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.resets import rows as requests
from core.resets import service as resets
from core.resets.rules import RequestSource, ResetRequestState
from core.schema.deliveries import deliveries as deliveries_table
from core.schema.users import users as users_table
from core.secret import Secret
from core.signin import service as signin
from core.users.rows import users
from tests.factories import TEAM, a_member, a_user, an_authority, executing
from tests.times import NOON

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.jobs.audit_checkpoints import AuditCheckpoints
    from core.rulebook import Rulebook
    from core.store.store import Store
    from core.users.rules import User
    from sandbox import Sandbox
    from tests.bot.jobs.conftest import WakeCounter


async def count(store: Store, kind: DeliveryKind) -> int:
    table = deliveries_table
    query = select(func.count()).select_from(table).where(table.c.kind == kind)
    return await store.read(lambda tx: int(tx.scalar(query) or 0))


async def test_every_job_runs_and_has_a_unique_name(
    jobs: Jobs, checkpoints: AuditCheckpoints, store: Store, user: User, slack: Sandbox
) -> None:
    slack.clock.advance(timedelta(days=200))

    for job in jobs.all_jobs(checkpoints):
        await job.run()

    names = [job.name for job in jobs.all_jobs(checkpoints)]
    assert len(names) == len(set(names))
    assert await count(store, DeliveryKind.DATA_REVIEW) > 0
    assert user.id


def another_with_the_pseudonym_of(tx: Connection, user: User) -> None:
    """Give another user the user's pseudonym, which the rules do not allow."""
    there = {column: value for column, value in _columns_of(tx, user.id).items() if column != "id"}
    unique = {"username": f"erased#{user.id}", "email_key": "other", "registration_key": None}
    tx.execute(users_table.insert().values({**there, **unique, "member_id": None}))


def _columns_of(tx: Connection, user_id: int) -> dict[str, object]:
    row = tx.execute(select(users_table).where(users_table.c.id == user_id)).mappings().one()
    return dict(row)


async def test_sessions_end_after_their_maximum_lifetime(
    jobs: Jobs, store: Store, user: User, slack: Sandbox, rulebook: Rulebook
) -> None:
    token = Secret("token")
    await store.write(lambda tx: signin.open_session(tx, user.id, token, NOON))
    slack.clock.advance(timedelta(hours=9))

    await jobs.end_old_sessions()

    with pytest.raises(SignInRefusedError):
        await store.read(lambda tx: signin.user_of_session(tx, token, rulebook.policy, NOON))


async def test_reset_requests_expire_after_some_days(  # D11
    jobs: Jobs, store: Store, user: User, slack: Sandbox, rulebook: Rulebook
) -> None:
    policy = rulebook.policy
    request = await store.write(
        lambda tx: resets.request_reset(tx, user.id, RequestSource.PORTAL, policy, NOON)
    )
    slack.clock.advance(timedelta(days=policy.request_days, minutes=1))

    await jobs.close_expired_requests()

    closed = await store.read(lambda tx: requests.find(tx, request.id))
    assert closed is not None
    assert closed.state == ResetRequestState.EXPIRED


async def test_members_are_synced_and_long_gone_ones_deleted(
    jobs: Jobs, store: Store, rulebook: Rulebook
) -> None:  # D14
    ada = MemberKey(TEAM, "U0ADA")
    await store.write(lambda tx: a_user(tx, an_authority(tx), rulebook, member=ada))
    await store.write(lambda tx: a_member(tx, "U0GONE"))

    await jobs.sync_members()

    assert await store.read(lambda tx: members.find(tx, ada)) is not None
    assert await store.read(lambda tx: members.find(tx, MemberKey(TEAM, "U0GONE"))) is None


async def test_reminders_are_queued_once(  # R69, D6
    jobs: Jobs, store: Store, user: User, slack: Sandbox, wakes: WakeCounter
) -> None:
    choice = PasswordChoice(user.id, "own", replaces_id=None)
    await store.write(lambda tx: passwords.choose(tx, choice, Policy(), NOON))
    slack.clock.advance(datetime.fromisoformat("2026-08-27T12:00+00:00") - slack.clock.now())

    for _ in range(2):
        await jobs.queue_reminders()

    assert await count(store, DeliveryKind.REMINDER) == 1
    assert wakes.times >= 2


async def test_moments_of_a_clock_that_was_ahead_are_corrected(
    jobs: Jobs, store: Store, user: User, slack: Sandbox, wakes: WakeCounter
) -> None:
    """Work that was put off while the clock was ahead is due again after a restart too (B03)."""
    await jobs.correct_moments()
    assert wakes.times == 0
    table, far = deliveries_table, slack.clock.now() + timedelta(days=400)
    await store.write(executing(table.update().values(due_at=far)))

    with capture_logs() as logs:
        await jobs.correct_moments()

    due = await store.read(lambda tx: tx.scalar(select(func.max(table.c.due_at))))
    assert due is not None
    assert due <= slack.clock.now()
    assert wakes.times == 1
    assert [entry["event"] for entry in logs] == ["moments_corrected"]
    assert user.id


async def test_each_gap_of_an_authority_is_warned_of_once(  # R39
    jobs: Jobs, store: Store, user: User, slack: Sandbox
) -> None:
    assert user.id
    for days in (0, 1, 0):
        slack.clock.advance(timedelta(days=days))
        await jobs.update_warnings()

    # Missing are a second administrator and the request handlers of PQ and PR.
    assert await count(store, DeliveryKind.WARNING) == 3


async def test_a_closed_gap_is_not_warned_of(  # R39
    jobs: Jobs, store: Store, user: User, slack: Sandbox, rulebook: Rulebook
) -> None:
    await jobs.update_warnings()

    def fill(tx: Connection) -> None:
        here = authorities.require(tx, user.authority_id)
        keys = rulebook.catalogue.roles_in(("PQ", "PR"))
        colleague = a_member(tx, "U0HERE").key
        a_user(tx, here, rulebook, roles=frozenset(keys), member=colleague)

    await store.write(fill)
    slack.clock.advance(timedelta(days=1))
    await jobs.update_warnings()

    assert await count(store, DeliveryKind.WARNING) == 0


async def test_old_deliveries_about_single_events_are_dropped(
    jobs: Jobs, store: Store, user: User, slack: Sandbox
) -> None:
    def add_many(tx: Connection) -> None:
        many = [
            NewDelivery(DeliveryKind.REMINDER, user.authority_id, user.id, event=f"{number}:7")
            for number in range(LARGE_BATCH + 1)
        ]
        deliveries.add(tx, many, NOON)
        table = deliveries_table
        tx.execute(table.update().values(state="sent", done_at=NOON))

    await store.write(add_many)
    slack.clock.advance(DELIVERIES_KEPT - timedelta(hours=1))
    await jobs.drop_old_deliveries()
    assert await count(store, DeliveryKind.REMINDER) == LARGE_BATCH + 1

    slack.clock.advance(timedelta(hours=2))
    await jobs.drop_old_deliveries()

    assert await count(store, DeliveryKind.REMINDER) == 0
    assert await count(store, DeliveryKind.TEMPORARY_PASSWORD) == 2


async def test_users_removed_three_years_ago_are_pseudonymised(  # D14
    jobs: Jobs, store: Store, user: User, slack: Sandbox
) -> None:
    table = users_table
    await store.write(
        executing(table.update().where(table.c.id == user.id).values(removed_at=NOON))
    )
    slack.clock.advance(timedelta(days=3 * 365))
    await jobs.purge()
    kept = await store.read(lambda tx: users.find(tx, user.id))
    assert kept is not None
    assert full_name(kept, "en") == full_name(user, "en")

    slack.clock.advance(timedelta(days=2))
    await jobs.purge()

    erased = await store.read(lambda tx: users.find(tx, user.id))
    assert erased is not None
    assert full_name(erased, "en") == f"Erased #{user.id}"


async def test_a_failed_erasure_does_not_stop_the_others(  # D14
    jobs: Jobs, store: Store, user: User, rulebook: Rulebook, slack: Sandbox
) -> None:
    def register_two(tx: Connection) -> User:
        another_with_the_pseudonym_of(tx, user)
        return a_user(tx, an_authority(tx), rulebook)

    other = await store.write(register_two)
    table, ids = users_table, [user.id, other.id]
    await store.write(executing(table.update().where(table.c.id.in_(ids)).values(removed_at=NOON)))
    slack.clock.advance(timedelta(days=3 * 365 + 2))

    with capture_logs() as logs, pytest.raises(NotAllPurgedError):
        await jobs.purge()

    names = [
        full_name(one, "en") for one in await store.read(lambda tx: users.find_all(tx, sorted(ids)))
    ]
    assert sorted(names) == sorted([full_name(user, "en"), f"Erased #{other.id}"])
    assert [(one["event"], one["user"], one["error"]) for one in logs] == [
        ("user_not_purged", user.id, "IntegrityError")
    ]


async def test_a_purge_that_fails_for_days_stays_a_failure(
    jobs: Jobs, store: Store, user: User, slack: Sandbox, checkpoints: AuditCheckpoints
) -> None:
    """Erasing is postponed after a leap of the clock, and not because it failed long (D14, B03)."""
    table, long_ago = users_table, slack.clock.now() - timedelta(days=4 * 365)
    nightly = tuple(job for job in jobs.all_jobs(checkpoints) if job.name == "purge")
    scheduler = Scheduler(store, slack.clock.now, nightly)
    await scheduler.start()
    slack.clock.advance(timedelta(days=1))
    await scheduler.tick()
    await scheduler.wait()
    await store.write(lambda tx: another_with_the_pseudonym_of(tx, user))
    removed = table.update().where(table.c.id == user.id).values(removed_at=long_ago)
    await store.write(executing(removed))

    with capture_logs() as logs:
        for _ in range(100):
            slack.clock.advance(timedelta(hours=1))
            await scheduler.tick()
            await scheduler.wait()
    await scheduler.stop(1)

    state = await store.read(lambda tx: job_rows.find(tx, "purge"))
    assert state is not None
    assert state.failures > 70
    assert "erasing_postponed" not in [entry["event"] for entry in logs]


async def test_nothing_is_erased_in_the_minute_in_which_the_clock_is_a_year_ahead(
    jobs: Jobs, store: Store, user: User, slack: Sandbox, checkpoints: AuditCheckpoints
) -> None:
    """Erasing cannot be undone; who was removed two years ago stays for the third (D14, B03)."""
    table, moment = users_table, slack.clock.now()
    removed = table.update().where(table.c.id == user.id)
    await store.write(executing(removed.values(removed_at=moment - timedelta(days=2.5 * 365))))
    nightly = tuple(job for job in jobs.all_jobs(checkpoints) if job.name == "purge")
    scheduler = Scheduler(store, slack.clock.now, nightly)
    await scheduler.start()
    slack.clock.advance(timedelta(days=1))
    await scheduler.tick()
    await scheduler.wait()
    slack.clock.advance(timedelta(days=365))

    with capture_logs() as logs:
        await scheduler.tick()
        await scheduler.wait()
    kept = await store.read(lambda tx: users.find(tx, user.id))
    slack.clock.advance(timedelta(days=1))
    await scheduler.tick()
    await scheduler.wait()
    await scheduler.stop(1)

    assert {"event": "erasing_postponed", "job": "purge", "log_level": "warning"} in logs
    assert kept is not None
    assert full_name(kept, "en") == full_name(user, "en")
    # The clock was right: the next night erases.
    erased = await store.read(lambda tx: users.find(tx, user.id))
    assert erased is not None
    assert full_name(erased, "en") == f"Erased #{user.id}"
