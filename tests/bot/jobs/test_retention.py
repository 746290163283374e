"""Tests that data is deleted at the times that SECURITY.md states."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from bot.jobs.schedule import DELIVERIES_KEPT, DRAFTS_KEPT, Jobs
from core.accounts import removal
from core.audit import service as audit
from core.audit.rows import entries as audit_rows
from core.authorities.rows import drafts
from core.contacts import email_of
from core.errors import NotAUserError, RestoreExpiredError, SignInRefusedError
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.resets import service as resets
from core.resets.rules import RequestSource
from core.resets.service import ResetDecision
from core.schema.authorities import authority_drafts
from core.schema.deliveries import deliveries
from core.schema.members import members
from core.schema.passwords import passwords as hashes
from core.schema.reminders import reminders
from core.schema.resets import reset_requests
from core.schema.sessions import sessions
from core.schema.tables import TABLES
from core.secret import Secret
from core.signin import service as signin
from core.users import list_page, lookup
from core.users.list_page import UserListQuery
from core.users.rows import sign_in_state, users
from tests.factories import (
    TEAM,
    a_member,
    a_user,
    an_administrator,
    an_authority,
    principal_for_member,
)
from tests.product.database_dump import dump_database
from tests.times import NOON

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

    from core.rulebook import Rulebook
    from core.store.store import Store
    from core.users.principals import Principal
    from core.users.rules import User
    from sandbox import Sandbox

# The sandbox's clock goes on while the test runs.
A_MINUTE = timedelta(minutes=1)
POLICY, TOKEN = Policy(), Secret("a-token")
NAME, REASON = "Nightjarsen", "Reason-whimbrel"
ERASED_AT = datetime.fromisoformat("2029-03-02T12:00+00:00")
PAGE = Path("SECURITY.md").read_text("utf-8")


@pytest.fixture
async def people(store: Store, rulebook: Rulebook) -> tuple[Principal, User]:
    """An administrator, and a user with data in every table."""

    def register(tx: Connection) -> tuple[Principal, User]:
        authority = an_authority(tx)
        anna = an_administrator(tx, authority, rulebook)
        member = a_member(tx, "U0GONE", real_name=NAME)
        address = email_of("nightjarsen@authority.example")
        named = {"last_name": NAME, "email": address, "username": "nightjarsen9"}
        bo = a_user(tx, authority, rulebook, member=member.key, **named)
        passwords.choose(tx, PasswordChoice(bo.id, "own", replaces_id=None), POLICY, NOON)
        signin.open_session(tx, bo.id, TOKEN, NOON)
        drafts.add(tx, bo.id, authority.id, {"text": NAME}, NOON)
        request = resets.request_reset(tx, bo.id, RequestSource.SLACK, POLICY, NOON)
        resets.decide(
            tx, anna, ResetDecision(request.id, approve=False, reason=REASON), POLICY, NOON
        )
        tx.execute(deliveries.update().values(state="sent", done_at=NOON, details={}))
        first = select(func.min(reminders.c.threshold)).scalar_subquery()
        tx.execute(reminders.update().where(reminders.c.threshold == first).values(state="sent"))
        return anna, bo

    return await store.write(register)


def number_in(tx: Connection, table: Table, user: User) -> int:
    query = select(func.count()).select_from(table).where(table.c.user_id == user.id)
    return int(tx.scalar(query) or 0)


async def test_unsaved_input_is_deleted_after_a_week_without_a_change(  # R23
    jobs: Jobs, store: Store, slack: Sandbox, people: tuple[Principal, User]
) -> None:
    _anna, bo = people
    await advance_to(slack, NOON + DRAFTS_KEPT - A_MINUTE)
    await jobs.delete_old_drafts()
    assert await store.read(lambda tx: number_in(tx, authority_drafts, bo)) == 1

    await advance_to(slack, NOON + DRAFTS_KEPT + A_MINUTE)
    await jobs.delete_old_drafts()

    assert await store.read(lambda tx: number_in(tx, authority_drafts, bo)) == 0


async def advance_to(slack: Sandbox, moment: datetime) -> None:
    slack.clock.advance(moment - slack.clock.now())


async def run_deletion_jobs(jobs: Jobs) -> None:
    """Run every job that deletes data."""
    await jobs.sync_members()
    await jobs.end_old_sessions()
    await jobs.drop_old_deliveries()
    await jobs.purge()


async def test_a_removed_user_is_blocked_at_once(  # R65, D14
    store: Store, people: tuple[Principal, User], rulebook: Rulebook
) -> None:
    anna, bo = people
    assert bo.member is not None
    key = bo.member

    def remove_and_look_up(tx: Connection) -> list[tuple[User, ...]]:
        removal.remove(tx, anna, bo.id, rulebook, NOON)
        with pytest.raises(NotAUserError):
            principal_for_member(tx, key)
        with pytest.raises(SignInRefusedError):
            signin.user_of_session(tx, TOKEN, POLICY, NOON)
        mention = f"<@{key.member_id}>"
        return [
            list_page.page_of(tx, anna, UserListQuery(), NOON).users,
            list_page.export(tx, anna, UserListQuery(), NOON),
            *(lookup.matching(tx, anna, text, TEAM) for text in (NAME, "nightjarsen9", mention)),
        ]

    seen = await store.write(remove_and_look_up)

    assert [user for users_seen in seen for user in users_seen if user.id == bo.id] == []
    read = store.read
    assert await read(lambda tx: number_in(tx, sessions, bo)) == 0
    waiting = select(reminders.c.user_id).where(reminders.c.state == "waiting")
    assert bo.id not in await read(lambda tx: tx.scalars(waiting).all())
    kept = await read(lambda tx: users.find(tx, bo.id))
    assert kept is not None
    assert (kept.last_name, kept.username) == (NAME, "nightjarsen9")


async def test_a_removed_users_data_is_erased_step_by_step(  # D14
    jobs: Jobs,
    store: Store,
    slack: Sandbox,
    people: tuple[Principal, User],
    rulebook: Rulebook,
) -> None:
    anna, bo = people
    read, write = store.read, store.write
    await write(lambda tx: removal.remove(tx, anna, bo.id, rulebook, NOON))
    await write(lambda tx: tx.execute(deliveries.update().values(state="sent", done_at=NOON)))
    said = await read(lambda tx: number_in(tx, deliveries, bo))

    await advance_to(slack, NOON + timedelta(days=POLICY.restore_days))
    with pytest.raises(RestoreExpiredError):
        await write(lambda tx: removal.restore(tx, anna, bo.id, rulebook, slack.clock.now()))
    await run_deletion_jobs(jobs)
    # The data that Slack gave about them is deleted: they have left the workspace.
    assert await read(lambda tx: NAME in dump_database(tx))
    assert "U0GONE" not in await read(lambda tx: str(tx.execute(select(members)).all()))

    await advance_to(slack, NOON + DELIVERIES_KEPT - A_MINUTE)
    await run_deletion_jobs(jobs)
    assert await read(lambda tx: number_in(tx, deliveries, bo)) == said
    await advance_to(slack, NOON + DELIVERIES_KEPT + A_MINUTE)
    await run_deletion_jobs(jobs)
    left = select(deliveries.c.event).where(deliveries.c.user_id == bo.id)
    assert set(await read(lambda tx: tx.scalars(left).all())) == {""}

    await advance_to(slack, ERASED_AT - A_MINUTE)
    await run_deletion_jobs(jobs)
    assert await read(lambda tx: NAME in dump_database(tx) and REASON in dump_database(tx))
    assert await read(lambda tx: (number_in(tx, hashes, bo), number_in(tx, reminders, bo))) == (
        1,
        1,
    )

    await advance_to(slack, ERASED_AT)
    await run_deletion_jobs(jobs)
    whole = await read(dump_database)
    assert [one for one in (NAME, NAME.lower(), REASON, "U0GONE") if one in whole] == []
    for table in (hashes, reminders, deliveries, sessions, authority_drafts):
        assert await read(partial(number_in, table=table, user=bo)) == 0
    assert await read(lambda tx: number_in(tx, reset_requests, bo)) == 1
    entries = await read(lambda tx: list(audit_rows.since(tx)))
    about_them = [entry for entry in entries if entry.audit_event.user_id == bo.id]
    assert all(entry.audit_event.details == {} for entry in about_them)
    assert len(about_them) > 3
    assert await read(audit.first_broken_entry) is None


async def test_five_chosen_hashes_are_kept_and_used_temporary_hashes_deleted(  # R71, D4, D7
    store: Store, people: tuple[Principal, User]
) -> None:
    _, bo = people

    def choose_seven_times(tx: Connection) -> list[bool]:
        for number in range(7):
            passwords_of(tx, bo, number)
        query = select(hashes.c.temporary).where(hashes.c.user_id == bo.id)
        return list(tx.scalars(query))

    assert await store.write(choose_seven_times) == [False] * 5


def passwords_of(tx: Connection, user: User, number: int) -> None:
    """Reset the user's password, and let them choose one."""
    sign_in_state.void_password(tx, user.id)
    passwords.give_temporary(tx, user.id, f"temporary{number}", POLICY, NOON)
    given = users.require_in_authority(tx, user.id, user.authority_id)
    chosen = PasswordChoice(user.id, f"own{number}", replaces_id=given.password_id)
    passwords.choose(tx, chosen, POLICY, NOON)


def kept_rows() -> list[list[str]]:
    """Return the rows of SECURITY.md's table of retention times."""
    part = PAGE.split("## What is kept, and for how long")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("| ")]
    return rows[1:]


def test_security_md_lists_every_table() -> None:
    told = [name for row in kept_rows() for name in re.findall(r"`(\w+)`", row[1])]

    assert sorted(told) == sorted(table.name for table in TABLES)


def test_every_row_of_security_md_names_an_existing_test() -> None:
    there = "\n".join(path.read_text("utf-8") for path in Path("tests").rglob("test_*.py"))

    for row in kept_rows():
        named = re.findall(r"`(test_\w+)`", row[3])
        assert named, row[0]
        assert [name for name in named if f"def {name}(" not in there] == []
