"""Tests of spaces and invisible characters around pasted passwords and usernames (B13, D2, D3)."""

import pytest

from core.rulebook import Rulebook
from core.store.store import Store
from tests.bot.portal.browser import Browser
from tests.bot.portal.conftest import OWN, TEMPORARY, PortalFixture, portal_at
from tests.bot.portal.test_hash_upgrades import STRONGER, stored, user_with_an_old_hash

BLANKS = [" ", "\t", "\u00a0", "\u200b", "\ufeff", "\u2009", "\u2060\u00a0 ", "\u00ad"]


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("around", ["{blank}{word}", "{word}{blank}", "{blank}{word}{blank}"])
async def test_blanks_around_a_pasted_password_are_no_wrong_try(  # D3, B13
    portal: PortalFixture, browser: Browser, blank: str, around: str
) -> None:
    ada = await portal.user()
    await portal.give_temporary(ada)

    page = await browser.sign_in(ada.username, around.format(blank=blank, word=TEMPORARY))

    assert page.url.endswith("/password")
    assert (await portal.reload(ada)).wrong_passwords == 0


async def test_an_own_password_keeps_its_blanks(portal: PortalFixture, browser: Browser) -> None:
    ada = await portal.user()
    own = f" {OWN}\u00a0"
    await portal.choose_first_password(browser, ada, own)
    await browser.post("/sign-out")
    before = portal.hashing.asked

    assert (await browser.sign_in(ada.username, OWN)).status == 401
    assert portal.hashing.asked - before == 1
    assert (await browser.sign_in(ada.username, own)).url.endswith("/account")
    assert portal.hashing.asked - before == 3


async def test_a_blank_inside_a_password_counts(portal: PortalFixture, browser: Browser) -> None:
    ada = await portal.user()
    await portal.give_temporary(ada)

    assert (await browser.sign_in(ada.username, TEMPORARY.replace("-", " ", 1))).status == 401


async def test_a_wrong_password_with_blanks_counts_once(store: Store, rulebook: Rulebook) -> None:
    async with (
        portal_at(store, rulebook, on_one_account=4) as portal,
        Browser(portal.url) as browser,
    ):
        ada = await portal.user()
        await portal.give_temporary(ada)

        answers = [(await browser.sign_in(ada.username, " wrong ")).status for _ in range(5)]

        assert answers == [401] * 4 + [429]
        assert (await portal.reload(ada)).wrong_passwords == 4


@pytest.mark.parametrize("path", ["/password", "/sessions"])
async def test_blanks_around_the_pasted_current_password_are_no_wrong_try(  # D3, B13
    portal: PortalFixture, browser: Browser, path: str
) -> None:
    ada = await portal.user()
    await portal.choose_first_password(browser, ada)
    await browser.get("/password")

    page = await browser.post(
        path, current=f"\t{OWN}\u00a0", password="Another-harbour-48", again="Another-harbour-48"
    )

    assert page.status == 200
    assert page.url.partition("?")[0].endswith("/account")
    assert (await portal.reload(ada)).wrong_passwords == 0


@pytest.mark.parametrize("blank", BLANKS)
async def test_blanks_around_a_pasted_username_are_ignored(
    portal: PortalFixture, browser: Browser, blank: str
) -> None:
    ada = await portal.user()
    await portal.give_temporary(ada)

    page = await browser.sign_in(f"{blank}{ada.username}{blank}", TEMPORARY)

    assert page.url.endswith("/password")


async def test_the_password_without_the_blanks_is_hashed_again(
    store: Store, rulebook: Rulebook
) -> None:
    async with (
        portal_at(store, rulebook, hasher=STRONGER) as portal,
        Browser(portal.url) as browser,
        Browser(portal.url) as later,
    ):
        user = await user_with_an_old_hash(portal)

        await browser.sign_in(user.username, f"{OWN} ")

        (password,) = await stored(portal, user)
        assert not STRONGER.is_outdated(password.hash)
        assert (await later.sign_in(user.username, OWN)).url.endswith("/account")
