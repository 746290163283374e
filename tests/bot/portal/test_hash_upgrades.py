"""Tests that a sign-in replaces a hash whose parameters are weaker than those of new ones."""

from dataclasses import dataclass

import pytest
from sqlalchemy import Connection, select

from core.audit.rows import entries as audit_rows
from core.audit.rules import Act
from core.passwords import service as passwords
from core.passwords.hashing import Hasher
from core.passwords.service import PasswordChoice
from core.rulebook import Rulebook
from core.schema.passwords import passwords as table
from core.schema.users import users
from core.secret import Secret
from core.store.store import Store
from core.users.rules import User
from tests.bot.portal.browser import Browser
from tests.bot.portal.conftest import OWN, QUICK, TEMPORARY, PortalFixture, portal_at
from tests.factories import executing
from tests.times import NOON

STRONGER = Hasher(memory_kib=16, rounds=2)


@dataclass(frozen=True, slots=True)
class Stored:
    """A password as it is stored."""

    id: int
    hash: str
    temporary: bool
    made_at: object
    expires_at: object


async def stored(portal: PortalFixture, user: User) -> list[Stored]:
    query = select(table).where(table.c.user_id == user.id).order_by(table.c.id)

    def read(tx: Connection) -> list[Stored]:
        return [
            Stored(row.id, row.hash, row.temporary, row.made_at, row.expires_at)
            for row in tx.execute(query)
        ]

    return await portal.store.read(read)


async def user_with_an_old_hash(portal: PortalFixture) -> User:
    user = await portal.user()
    choice = PasswordChoice(user.id, QUICK.hash_of(Secret(OWN)), replaces_id=None)
    policy = portal.rulebook.policy
    return await portal.store.write(lambda tx: passwords.choose(tx, choice, policy, NOON))


async def test_a_sign_in_upgrades_an_outdated_hash(store: Store, rulebook: Rulebook) -> None:
    async with (
        portal_at(store, rulebook, hasher=STRONGER) as portal,
        Browser(portal.url) as browser,
        Browser(portal.url) as later,
    ):
        user = await user_with_an_old_hash(portal)
        (before,) = await stored(portal, user)
        entries = len(await store.read(lambda tx: list(audit_rows.since(tx))))

        page = await browser.sign_in(user.username, OWN)

        assert page.url.endswith("/account")
        assert portal.hashing.asked == 2
        (after,) = await stored(portal, user)
        assert after == Stored(
            before.id, after.hash, before.temporary, before.made_at, before.expires_at
        )
        assert STRONGER.matches(Secret(OWN), after.hash)
        assert (STRONGER.is_outdated(before.hash), STRONGER.is_outdated(after.hash)) == (
            True,
            False,
        )
        new_entries = (await store.read(lambda tx: list(audit_rows.since(tx))))[entries:]
        assert [entry.audit_event.act for entry in new_entries] == [Act.SIGNED_IN]

        assert (await later.sign_in(user.username, OWN)).url.endswith("/account")

        assert portal.hashing.asked == 3
        assert await stored(portal, user) == [after]


async def test_a_failed_upgrade_does_not_spoil_the_sign_in(
    store: Store, rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(passwords, "upgrade_hash", fail)
    async with (
        portal_at(store, rulebook, hasher=STRONGER) as portal,
        Browser(portal.url) as browser,
    ):
        user = await user_with_an_old_hash(portal)
        before = await stored(portal, user)

        page = await browser.sign_in(user.username, OWN)

        assert page.url.endswith("/account")
        assert await stored(portal, user) == before


@pytest.mark.parametrize(("password", "blocked"), [("wrong", False), (OWN, True)])
async def test_a_refusal_costs_one_hash_operation_and_leaves_the_old_hash(  # D3
    store: Store, rulebook: Rulebook, password: str, *, blocked: bool
) -> None:
    async with (
        portal_at(store, rulebook, hasher=STRONGER) as portal,
        Browser(portal.url) as browser,
    ):
        user = await user_with_an_old_hash(portal)
        if blocked:
            block = users.update().where(users.c.id == user.id).values(blocked_at=NOON)
            await store.write(executing(block))
        before = await stored(portal, user)

        assert (await browser.sign_in("nobody", password)).status == 401
        assert portal.hashing.asked == 1
        assert (await browser.sign_in(user.username, password)).status == 401

        assert portal.hashing.asked == 2
        assert await stored(portal, user) == before


async def test_a_password_replaced_during_the_upgrade_is_not_overwritten(
    store: Store, rulebook: Rulebook
) -> None:
    async with (
        portal_at(store, rulebook, hasher=STRONGER) as portal,
        Browser(portal.url) as browser,
    ):
        user = await user_with_an_old_hash(portal)
        another = STRONGER.hash_of(Secret("Another-harbour-48"))
        (old,) = await stored(portal, user)

        async def choose_another() -> None:
            choice = PasswordChoice(user.id, another, replaces_id=old.id)
            policy = rulebook.policy
            await store.write(lambda tx: passwords.choose(tx, choice, policy, NOON))

        portal.hashing.meanwhile = choose_another
        await browser.sign_in(user.username, OWN)

        assert [one.hash for one in await stored(portal, user)] == [old.hash, another]


async def test_a_temporary_password_is_upgraded_too(store: Store, rulebook: Rulebook) -> None:
    async with (
        portal_at(store, rulebook, hasher=STRONGER) as portal,
        Browser(portal.url) as browser,
    ):
        user = await portal.user()
        await portal.give_temporary(user)
        (before,) = await stored(portal, user)

        assert (await browser.sign_in(user.username, TEMPORARY)).url.endswith("/password")

        (after,) = await stored(portal, user)
        assert (after.id, after.expires_at) == (before.id, before.expires_at)
        assert not STRONGER.is_outdated(after.hash)
