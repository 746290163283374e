"""Tests of erasing users three years after their removal, on SQLite and PostgreSQL (D14)."""

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, func, select

from core.accounts import purge, removal
from core.accounts.purge import years_before
from core.audit import service as audit
from core.audit.rows import entries as audit_rows
from core.audit.rules import Act
from core.contacts import email_of
from core.errors import BadUsernameError
from core.languages.names import full_name
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.resets import service as resets
from core.resets.rules import RequestSource
from core.rulebook import Rulebook
from core.schema.passwords import passwords as password_table
from core.schema.tables import TABLES
from core.store.store import Store
from core.users.rows import users
from core.users.rules import User
from core.users.usernames import username_of
from tests.factories import a_member, a_user, an_administrator, an_authority
from tests.times import NOON

if TYPE_CHECKING:
    from core.authorities.rules import Authority
    from core.users.principals import Principal

CANARY = "canary"
DUE = datetime.fromisoformat("2029-03-02T12:00+00:00")
POLICY = Policy()


@pytest.fixture
async def removed_user(store: Store, rulebook: Rulebook) -> User:
    """A user with data in several tables, who was removed at NOON."""

    def set_up(tx: Connection) -> User:
        authority: Authority = an_authority(tx)
        anna: Principal = an_administrator(tx, authority, rulebook)
        bo = a_user(
            tx,
            authority,
            rulebook,
            first_name="Canary",
            last_name="Canary",
            email=email_of("canary@authority.example"),
            username="canary.one",
            member=a_member(tx, "U0BO").key,
        )
        passwords.choose(tx, PasswordChoice(bo.id, "own", replaces_id=None), POLICY, NOON)
        resets.request_reset(tx, bo.id, RequestSource.SLACK, POLICY, NOON)
        return removal.remove(tx, anna, bo.id, rulebook, NOON)

    return await store.write(set_up)


async def content_of_tables(store: Store) -> str:
    """Return the content of every table but that of Slack's members, as text."""

    def read(tx: Connection) -> str:
        return "\n".join(
            str(tx.execute(select(table)).all()) for table in TABLES if table.name != "members"
        )

    return await store.read(read)


async def purge_all(store: Store, now: datetime) -> int:
    due = await store.read(lambda tx: purge.due(tx, POLICY, now))
    for user_id in due:
        await store.write(partial(purge.purge, user_id=user_id, now=now))
    return len(due)


async def test_before_three_years_nothing_is_erased(store: Store, removed_user: User) -> None:
    assert await purge_all(store, DUE.replace(hour=11)) == 0

    assert CANARY in (await content_of_tables(store)).lower()
    assert removed_user.id


async def test_after_three_years_only_a_pseudonym_is_kept(  # R66, D14
    store: Store, removed_user: User
) -> None:
    assert await purge_all(store, DUE) == 1

    assert CANARY not in (await content_of_tables(store)).lower()
    kept = await store.read(lambda tx: users.find(tx, removed_user.id))
    assert kept is not None
    assert (full_name(kept, "en"), kept.username) == (
        f"Erased #{removed_user.id}",
        f"erased#{removed_user.id}",
    )
    assert (kept.password_id, kept.member, kept.roles) == (None, None, ())
    hashes = select(func.count()).where(password_table.c.user_id == removed_user.id)
    assert await store.read(lambda tx: tx.scalar(hashes)) == 0


async def test_the_audit_trail_stays_verifiable_and_records_the_erasure(
    store: Store, removed_user: User
) -> None:  # D22
    await purge_all(store, DUE)

    assert await store.read(audit.first_broken_entry) is None
    entries = await store.read(lambda tx: list(audit_rows.since(tx)))
    assert entries[-1].audit_event.act == Act.USER_PURGED
    assert entries[-1].audit_event.user_id == removed_user.id
    about = [entry for entry in entries[:-1] if entry.audit_event.user_id == removed_user.id]
    assert about
    assert [(entry.audit_event.details, entry.salt) for entry in about] == [({}, "")] * len(about)


async def test_no_user_is_erased_twice(store: Store, removed_user: User) -> None:
    assert [await purge_all(store, DUE) for _ in range(2)] == [1, 0]
    assert removed_user.id


async def test_a_user_who_was_erased_meanwhile_is_skipped(store: Store, removed_user: User) -> None:
    await purge_all(store, DUE)

    await store.write(lambda tx: purge.purge(tx, removed_user.id, DUE))

    entries = await store.read(lambda tx: list(audit_rows.since(tx)))
    assert [one.audit_event.act for one in entries].count(Act.USER_PURGED) == 1


async def test_no_username_can_equal_a_pseudonym(  # D8
    store: Store, removed_user: User, rulebook: Rulebook
) -> None:
    name = username_of(f"erased-{removed_user.id}", POLICY).text
    await store.write(lambda tx: a_user(tx, an_authority(tx), rulebook, username=name))

    assert await purge_all(store, DUE) == 1

    kept = await store.read(lambda tx: users.find(tx, removed_user.id))
    assert kept is not None
    with pytest.raises(BadUsernameError):
        username_of(kept.username, POLICY)


async def test_the_username_of_an_erased_user_is_free_again(  # D8
    store: Store, removed_user: User, rulebook: Rulebook
) -> None:
    await purge_all(store, DUE)

    again = await store.write(
        lambda tx: a_user(tx, an_authority(tx), rulebook, username="canary.one")
    )

    assert again.username == removed_user.username


async def test_a_user_who_is_not_removed_is_not_erased(store: Store, rulebook: Rulebook) -> None:
    user = await store.write(lambda tx: a_user(tx, an_authority(tx), rulebook))

    assert await purge_all(store, DUE) == 0
    assert await store.read(lambda tx: users.find(tx, user.id)) == user


def test_years_are_calendar_years() -> None:
    leap = datetime(2028, 2, 29, 12, tzinfo=UTC)

    assert years_before(leap, 3) == datetime(2025, 2, 28, 12, tzinfo=UTC)
    assert years_before(leap, 4) == datetime(2024, 2, 29, 12, tzinfo=UTC)
