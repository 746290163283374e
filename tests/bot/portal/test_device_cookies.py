"""Tests that wrong passwords of known and unknown browsers are counted apart (D3)."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from core.audit.rows import entries as audit_rows
from core.audit.rules import ANONYMOUS, Act
from core.authorities.rows import authorities
from core.resets import service as resets
from core.rulebook import Rulebook
from core.store.store import Store
from core.users.principals import Principal
from core.users.rules import User
from tests.bot.portal.browser import Browser
from tests.bot.portal.conftest import OWN, TEMPORARY, PortalFixture, portal_at
from tests.factories import a_user, an_administrator, an_authority

REFUSED = "Username or password is not correct."


async def guess(portal: PortalFixture, user: User, times: int = 5) -> None:
    """Try wrong passwords in a browser that never signed in to the account."""
    async with Browser(portal.url) as stranger:
        for _ in range(times):
            assert (await stranger.sign_in(user.username, "wrong")).status == 401


async def opens(portal: PortalFixture, user: User, password: str = OWN) -> bool:
    """Return whether the password signs in, in a browser that never signed in before."""
    async with Browser(portal.url) as unknown:
        return (await unknown.sign_in(user.username, password)).status == 200


async def owner_of_account(portal: PortalFixture, browser: Browser) -> User:
    """Return a user who has signed in with this browser and is signed in there."""
    ada = await portal.user()
    await portal.choose_first_password(browser, ada)
    return ada


async def test_strangers_keep_the_owner_out_of_no_known_browser(  # D3
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await owner_of_account(portal, browser)

    await guess(portal, ada, 12)

    assert (await browser.get("/account")).url.endswith("/account")
    await browser.post("/sign-out")
    assert (await browser.sign_in(ada.username, OWN)).url.endswith("/account")
    assert (await portal.reload(ada)).status.blocked_at is None


async def test_strangers_block_the_account_for_unknown_browsers_for_a_while(  # D3
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await owner_of_account(portal, browser)
    await guess(portal, ada, 4)
    assert await opens(portal, ada)
    await guess(portal, ada)

    async with Browser(portal.url) as unknown:
        page = await unknown.sign_in(ada.username, OWN)

    assert (page.status, page.says(REFUSED)) == (401, True)
    portal.pass_time(minutes=14, seconds=59)
    assert not await opens(portal, ada)
    portal.pass_time(seconds=1)
    assert await opens(portal, ada)


async def test_each_block_lasts_twice_as_long_up_to_a_day(  # D3
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await owner_of_account(portal, browser)

    lasted = []
    for _ in range(9):
        await guess(portal, ada, 5)
        block = (await portal.reload(ada)).status.unknown_browser_block
        assert block is not None
        lasted.append((block.until - portal.now[0]) // timedelta(minutes=1))
        portal.now[0] = block.until

    assert lasted == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]
    portal.pass_time(days=1)
    await guess(portal, ada, 5)
    block = (await portal.reload(ada)).status.unknown_browser_block
    assert block is not None
    assert block.until - block.since == timedelta(minutes=15)


async def test_the_block_for_strangers_is_on_record(
    portal: PortalFixture, browser: Browser
) -> None:  # D3, D22
    ada = await owner_of_account(portal, browser)

    await guess(portal, ada, 7)

    entries = await portal.store.read(lambda tx: list(audit_rows.since(tx)))
    (blocked,) = [
        e.audit_event for e in entries if e.audit_event.act == Act.UNKNOWN_BROWSERS_BLOCKED
    ]
    assert (blocked.actor, blocked.user_id) == (ANONYMOUS, ada.id)
    assert blocked.details == {"until": "2026-03-02T12:15:00+00:00"}


async def test_a_reset_opens_the_account_for_unknown_browsers_at_once(  # D3
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await owner_of_account(portal, browser)

    def add_administrator(tx: Connection) -> Principal:
        authority = authorities.require(tx, ada.authority_id)
        return an_administrator(tx, authority, portal.rulebook)

    anna = await portal.store.write(add_administrator)
    await guess(portal, ada)

    await portal.store.write(lambda tx: resets.reset(tx, anna, ada.id, portal.now[0]))
    await portal.give_temporary(ada)

    assert await opens(portal, ada, TEMPORARY)


async def test_five_wrong_passwords_in_a_known_browser_block_the_account(  # D3
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await owner_of_account(portal, browser)
    await browser.post("/sign-out")
    async with Browser(portal.url) as other:
        await other.sign_in(ada.username, OWN)
        await guess(portal, ada, 4)

        for _ in range(5):
            assert (await browser.sign_in(ada.username, "wrong")).status == 401

        assert (await other.get("/account")).url.endswith("/sign-in?ended=1")
    portal.pass_time(days=30)
    assert (await browser.sign_in(ada.username, OWN)).status == 401
    assert not await opens(portal, ada)


async def test_five_wrong_passwords_block_an_account_that_nobody_signed_in_to(  # D3
    portal: PortalFixture,
) -> None:
    ada = await portal.user()
    await portal.give_temporary(ada)

    await guess(portal, ada)

    assert (await portal.reload(ada)).status.blocked_at is not None
    portal.pass_time(days=2)
    assert not await opens(portal, ada, TEMPORARY)


async def test_the_right_password_in_a_known_browser_gives_strangers_no_more_guesses(  # D3
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await owner_of_account(portal, browser)
    await guess(portal, ada, 4)
    await browser.post("/sign-out")
    await browser.sign_in(ada.username, OWN)

    await guess(portal, ada, 1)

    assert (await portal.reload(ada)).status.unknown_browser_block is not None


@pytest.mark.parametrize("cookie", ["of another user", "forged", "of another name"])
async def test_only_a_signed_cookie_of_this_account_makes_a_browser_known(  # D3
    portal: PortalFixture, browser: Browser, cookie: str
) -> None:
    ada = await owner_of_account(portal, browser)
    genuine = browser.cookies()[f"imi_device_{ada.id}"]
    async with Browser(portal.url) as other:
        eve = await owner_of_account(portal, other)
        hers = other.cookies()[f"imi_device_{eve.id}"]
        await other.post("/sign-out")
        value = {"of another user": hers, "forged": genuine[:-2] + "xx", "of another name": hers}
        name = eve.id if cookie == "of another user" else ada.id
        other.take({f"imi_device_{name}": value[cookie]})

        for _ in range(5):
            await other.sign_in(ada.username, "wrong")

    found = await portal.reload(ada)
    assert (found.status.blocked_at, found.wrong_passwords) == (None, 0)
    assert found.status.unknown_browser_block is not None


async def test_a_browser_that_was_not_used_for_a_year_is_unknown(
    portal: PortalFixture, browser: Browser
) -> None:  # D3
    ada = await owner_of_account(portal, browser)
    portal.pass_time(days=366)
    await guess(portal, ada)

    assert (await browser.sign_in(ada.username, OWN)).status == 401


async def test_a_browser_that_signed_in_while_the_clock_was_ahead_is_unknown(
    portal: PortalFixture, browser: Browser
) -> None:
    """Its cookie would last until the wrong day and a year more (D3, B03)."""
    portal.pass_time(days=366)
    ada = await owner_of_account(portal, browser)
    portal.pass_time(days=-366)
    await guess(portal, ada)

    assert (await browser.sign_in(ada.username, OWN)).status == 401


async def test_a_browser_remembers_the_last_twenty_accounts(
    portal: PortalFixture, browser: Browser
) -> None:
    colleagues = []
    for _ in range(22):
        colleagues.append(await owner_of_account(portal, browser))
        await browser.post("/sign-out")
        portal.pass_time(minutes=1)

    names = {name for name in browser.cookies() if name.startswith("imi_device_")}

    assert names == {f"imi_device_{user.id}" for user in colleagues[2:]}


async def test_strangers_use_up_no_throttle_of_a_known_browser(  # D3
    store: Store, rulebook: Rulebook
) -> None:
    async with (
        portal_at(store, rulebook, per_minute=6, on_one_account=4) as portal,
        Browser(portal.url) as browser,
    ):
        ada = await owner_of_account(portal, browser)
        await browser.post("/sign-out")
        async with Browser(portal.url) as stranger:
            answers = [(await stranger.sign_in(ada.username, "x")).status for _ in range(6)]
            answers += [(await stranger.sign_in("nobody", "x")).status for _ in range(3)]
        assert answers == [401] * 4 + [429] * 2 + [401] * 2 + [429]

        assert (await browser.sign_in(ada.username, OWN)).url.endswith("/account")


async def test_wrong_passwords_in_a_known_browser_are_throttled(  # D3
    store: Store, rulebook: Rulebook
) -> None:
    async with (
        portal_at(store, rulebook, on_one_account=4) as portal,
        Browser(portal.url) as browser,
    ):
        ada = await owner_of_account(portal, browser)
        await browser.post("/sign-out")

        answers = [(await browser.sign_in(ada.username, "x")).status for _ in range(5)]

    assert answers == [401] * 4 + [429]


@pytest.mark.parametrize("at_once", [False, True])
async def test_an_office_behind_one_address_signs_in(  # D3, B10
    store: Store, rulebook: Rulebook, *, at_once: bool
) -> None:
    def an_office(tx: Connection) -> list[User]:
        authority = an_authority(tx)
        return [a_user(tx, authority, rulebook) for _ in range(70)]

    async with portal_at(store, rulebook, per_minute=10) as portal:
        colleagues = await store.write(an_office)
        for user in colleagues:
            await portal.give_temporary(user)
        async with Browser(portal.url) as somebody:
            for _ in range(9):
                assert (await somebody.sign_in("nobody", "wrong")).status == 401

        signing_in = [opens(portal, user, TEMPORARY) for user in colleagues]
        if at_once:
            opened = await asyncio.gather(*signing_in)
        else:
            opened = [await one for one in signing_in]

        assert opened == [True] * 70
        async with Browser(portal.url) as somebody:
            assert (await somebody.sign_in("nobody", "wrong")).status == 401
            assert (await somebody.sign_in("nobody", "wrong")).status == 429


async def test_simultaneous_guesses_get_no_more_tries_than_successive_ones(  # D3
    store: Store, rulebook: Rulebook
) -> None:
    async with portal_at(store, rulebook, on_one_account=4) as portal:
        ada = await portal.user()
        await portal.give_temporary(ada)

        async def one_guess(number: int) -> int:
            elsewhere = {"X-Forwarded-For": f"192.0.2.{number}"}
            async with Browser(portal.url, headers=elsewhere) as browser:
                return (await browser.sign_in(ada.username, "wrong")).status

        answers = await asyncio.gather(*(one_guess(number) for number in range(20)))

    assert sorted(answers) == [401] * 4 + [429] * 16
