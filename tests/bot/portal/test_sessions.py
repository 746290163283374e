"""Tests of confirming the current password, and of ending sessions in other browsers."""

import pytest

from core.audit.rows import entries as audit_rows
from core.audit.rules import Act
from core.rulebook import Rulebook
from core.store.store import Store
from core.users.rules import User
from tests.bot.portal.browser import Browser
from tests.bot.portal.conftest import OWN, TEMPORARY, PortalFixture, portal_at

NEXT = "Another-harbour-48"
NOT_RIGHT = "The current password is not correct."


async def user_with_password(portal: PortalFixture) -> User:
    """Return a user with a chosen password and no session."""
    ada = await portal.user()
    async with Browser(portal.url) as other:
        await portal.choose_first_password(other, ada)
        await other.post("/sign-out")
    return ada


async def recorded_acts(portal: PortalFixture) -> list[Act]:
    return [
        e.audit_event.act for e in await portal.store.read(lambda tx: list(audit_rows.since(tx)))
    ]


@pytest.mark.parametrize("current", ["wrong", OWN.lower(), f"{OWN}."])
async def test_a_new_password_needs_the_current_one(
    portal: PortalFixture, browser: Browser, current: str
) -> None:
    ada = await user_with_password(portal)
    await browser.sign_in(ada.username, OWN)
    assert 'name="current"' in (await browser.get("/password")).text

    page = await browser.choose(NEXT, current=current)

    assert page.status == 422
    assert page.says(NOT_RIGHT)
    assert (await recorded_acts(portal))[-1] == Act.SIGN_IN_REFUSED
    assert (await browser.choose(NEXT, current=OWN)).url.endswith("/account?saved=1")


async def test_after_a_temporary_sign_in_no_current_password_is_required(
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await portal.user()
    await portal.give_temporary(ada)

    page = await browser.sign_in(ada.username, TEMPORARY)

    assert 'name="current"' not in page.text


async def test_guessing_the_current_password_blocks_the_account(  # D3
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await user_with_password(portal)
    await browser.sign_in(ada.username, OWN)
    await browser.get("/password")
    for _ in range(5):
        await browser.choose(NEXT, current="wrong")

    page = await browser.get("/account")

    assert page.url.endswith("/sign-in?ended=1")
    assert Act.PASSWORD_BLOCKED in await recorded_acts(portal)


@pytest.mark.parametrize("path", ["/password", "/sessions"])
async def test_guessing_the_current_password_is_throttled(  # D3
    store: Store, rulebook: Rulebook, path: str
) -> None:
    async with (
        portal_at(store, rulebook, on_one_account=4) as portal,
        Browser(portal.url) as browser,
    ):
        ada = await user_with_password(portal)
        await browser.sign_in(ada.username, OWN)
        form = {"current": "wrong", "password": NEXT, "again": NEXT}
        for _ in range(4):
            await browser.get("/password")
            assert (await browser.post(path, **form)).status == 422
        before = portal.hashing.asked

        page = await browser.post(path, **form)

        assert page.status == 429
        assert page.says("Too many attempts.")
        assert portal.hashing.asked == before


async def test_guesses_at_sign_in_do_not_throttle_the_signed_in_user(  # D3
    store: Store, rulebook: Rulebook
) -> None:
    async with (
        portal_at(store, rulebook, on_one_account=4) as portal,
        Browser(portal.url) as browser,
    ):
        ada = await user_with_password(portal)
        await browser.sign_in(ada.username, OWN)
        async with Browser(portal.url) as stranger:
            for _ in range(4):
                assert (await stranger.sign_in(ada.username, "wrong")).status == 401
            assert (await stranger.sign_in(ada.username, "wrong")).status == 429
        await browser.get("/password")

        page = await browser.choose(NEXT, current=OWN)

        assert page.url.endswith("/account?saved=1")


async def test_a_new_password_ends_every_other_session(
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await user_with_password(portal)
    await browser.sign_in(ada.username, OWN)
    async with Browser(portal.url) as other:
        await other.sign_in(ada.username, OWN)
        await browser.get("/password")

        await browser.choose(NEXT, current=OWN)

        assert (await other.get("/account")).url.endswith("/sign-in?ended=1")
        assert (await browser.get("/account")).url.endswith("/account")


async def test_a_user_sees_their_sessions_and_ends_the_others(
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await user_with_password(portal)
    await browser.sign_in(ada.username, OWN)
    assert "/sessions" not in (await browser.get("/account")).text
    portal.pass_time(minutes=5)
    async with Browser(portal.url) as other:
        await other.sign_in(ada.username, OWN)
        page = await browser.get("/account")
        assert page.says("since Mar 2, 2026") or page.says("since 2 Mar 2026, 12:00 UTC")
        assert page.says("last used 2 Mar 2026, 12:05 UTC (this browser)")
        assert page.text.count("last used") == 2

        assert (await browser.post("/sessions", current="wrong")).says(NOT_RIGHT)
        assert (await other.get("/account")).url.endswith("/account")
        page = await browser.post("/sessions", current=OWN)

        assert page.says("The other sessions have been ended.")
        assert page.text.count("last used") == 1
        assert (await recorded_acts(portal))[-1] == Act.SIGNED_OUT
        assert (await other.get("/account")).url.endswith("/sign-in?ended=1")


async def test_sessions_of_other_users_are_not_shown_or_ended(
    portal: PortalFixture, browser: Browser
) -> None:
    ada, eve = await user_with_password(portal), await user_with_password(portal)
    await browser.sign_in(ada.username, OWN)
    async with Browser(portal.url) as other, Browser(portal.url) as elsewhere:
        await elsewhere.sign_in(eve.username, OWN)
        page = await other.sign_in(eve.username, OWN)
        assert page.text.count("last used") == 2

        await other.post("/sessions", current=OWN)

        assert (await browser.get("/account")).url.endswith("/account")


async def test_ended_sessions_are_not_shown(portal: PortalFixture, browser: Browser) -> None:
    ada = await user_with_password(portal)
    async with Browser(portal.url) as other:
        await other.sign_in(ada.username, OWN)
    portal.pass_time(minutes=31)

    page = await browser.sign_in(ada.username, OWN)

    assert page.text.count("last used") == 1


async def test_ending_sessions_needs_a_valid_form_token(
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await user_with_password(portal)
    await browser.sign_in(ada.username, OWN)
    before = portal.hashing.asked

    page = await browser.post("/sessions", form_token="forged", current=OWN)

    assert page.status == 403
    assert page.says("The form has expired.")
    assert portal.hashing.asked == before


async def test_a_user_who_must_choose_a_password_sees_no_sessions(
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await portal.user()
    await portal.give_temporary(ada)
    await browser.sign_in(ada.username, TEMPORARY)
    async with Browser(portal.url) as other:
        await other.sign_in(ada.username, TEMPORARY)

        page = await browser.post("/sessions", current=TEMPORARY)

        assert page.url.endswith("/password")
        assert "last used" not in page.text
        assert (await other.get("/password")).url.endswith("/password")


async def test_ending_sessions_needs_a_session(browser: Browser) -> None:
    await browser.get("/sign-in")

    assert (await browser.post("/sessions", current=OWN)).url.endswith("/sign-in")


async def test_every_page_of_a_session_offers_to_sign_out(
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await portal.user()
    await portal.choose_first_password(browser, ada)

    for path in ("/account", "/password"):
        assert 'action="/sign-out"' in (await browser.get(path)).text
