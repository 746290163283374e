"""Tests that each page of the portal that hashes passwords is queued and rate-limited (D3)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from bot.portal.throttle import user_key
from bot.runtime.hash_pool import MAX_WAITING
from core.rulebook import Rulebook
from core.store.store import Store
from core.users.rules import User
from tests.bot.portal.browser import Browser, Page
from tests.bot.portal.conftest import OWN, TEMPORARY, PortalFixture, portal_at

CROWD = 60
NEXT = "Another-harbour-48"
# The forms of a session that hash, and the password that was typed to open it.
FORMS = [
    pytest.param("/password", {"password": TEMPORARY, "again": TEMPORARY}, TEMPORARY, id="first"),
    pytest.param(
        "/password", {"current": "wrong", "password": NEXT, "again": NEXT}, OWN, id="change"
    ),
    pytest.param("/sessions", {"current": "wrong"}, OWN, id="sessions"),
]


async def a_session(portal: PortalFixture, browser: Browser, password: str) -> User:
    """Return a user who is signed in with the password, with an open form."""
    user = await portal.user()
    if password == TEMPORARY:
        await portal.give_temporary(user)
        await browser.sign_in(user.username, TEMPORARY)
    else:
        await portal.choose_first_password(browser, user)
    await browser.get("/password")
    return user


@asynccontextmanager
async def many_tabs(portal: PortalFixture, browser: Browser) -> AsyncIterator[list[Browser]]:
    """Open a crowd of connections that share the browser's session."""
    async with AsyncExitStack() as stack:
        tabs = [await stack.enter_async_context(Browser(portal.url)) for _ in range(CROWD)]
        for tab in tabs:
            tab.take(browser.cookies())
            tab.page = browser.page
        yield tabs


@pytest.mark.parametrize(("path", "form", "password"), FORMS)
async def test_a_crowd_in_one_session_keeps_nobody_else_waiting(  # D3
    portal: PortalFixture, browser: Browser, path: str, form: dict[str, str], password: str
) -> None:
    eve = await portal.user()
    await portal.give_temporary(eve)
    await a_session(portal, browser, password)
    portal.hashing.most, portal.hashing.gate = 0, asyncio.Event()
    async with many_tabs(portal, browser) as tabs, Browser(portal.url) as other:
        crowd = [asyncio.create_task(tab.post_only(path, **form)) for tab in tabs]
        await portal.until(lambda: portal.hashing.waiting >= CROWD - 1)
        signing_in = asyncio.create_task(other.sign_in(eve.username, TEMPORARY))
        await portal.until(lambda: portal.hashing.at_once == 2)

        portal.hashing.gate.set()

        assert (await signing_in).url.endswith("/password")
        statuses = {page.status for page in await asyncio.gather(*crowd)}
    assert statuses <= {422, 429, 303}
    assert portal.hashing.most == 2


@pytest.mark.parametrize(("path", "form", "password"), FORMS)
async def test_the_full_queue_of_a_client_turns_away_its_own_requests_only(  # D3
    portal: PortalFixture, browser: Browser, path: str, form: dict[str, str], password: str
) -> None:
    eve = await portal.user()
    await portal.give_temporary(eve)
    ada, gone = await a_session(portal, browser, password), asyncio.Event()

    async def wait() -> None:
        async with portal.hashing.slot(user_key(ada.id)):
            await gone.wait()

    crowd = [asyncio.create_task(wait()) for _ in range(MAX_WAITING)]
    await asyncio.sleep(0)
    before = portal.hashing.asked

    page = await browser.post(path, **form)

    assert (page.status, page.says("Too many attempts."), portal.hashing.asked - before) == (
        429,
        True,
        0,
    )
    async with Browser(portal.url) as other:
        assert (await other.sign_in(eve.username, TEMPORARY)).url.endswith("/password")
    gone.set()
    await asyncio.gather(*crowd)
    assert (await browser.post(path, **form)).status == 422


async def test_new_passwords_are_throttled(store: Store, rulebook: Rulebook) -> None:  # D3
    async with portal_at(store, rulebook, choices=3) as portal, Browser(portal.url) as browser:
        await a_session(portal, browser, TEMPORARY)
        for _ in range(10):
            assert (await browser.choose("short")).status == 422
        for _ in range(3):
            assert (await browser.choose(TEMPORARY)).status == 422
        before = portal.hashing.asked

        page: Page = await browser.choose(OWN)

        assert (page.status, page.says("Too many attempts.")) == (429, True)
        assert portal.hashing.asked == before
        assert OWN not in page.text
