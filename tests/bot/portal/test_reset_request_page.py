"""Tests that a reset request on the portal does not reveal which usernames exist."""

import re

import pytest
from sqlalchemy import Connection

from core.resets import rows
from core.resets.rules import RequestSource
from core.rulebook import Rulebook
from core.store.store import Store
from tests.bot.portal.browser import Browser, Page
from tests.bot.portal.conftest import PortalFixture, portal_at
from tests.factories import a_user, an_administrator, an_authority


async def ask(browser: Browser, username: str) -> Page:
    page = await browser.get("/ask")
    token = re.search(r'name="form_token" value="([^"]*)"', page.text)
    assert token is not None
    return await browser.post("/ask", form_token=token.group(1), username=username)


async def test_the_sign_in_page_links_to_the_reset_request(browser: Browser) -> None:
    assert 'href="/ask"' in (await browser.get("/sign-in")).text


@pytest.mark.parametrize("username", ["ada", "nobody", "", "a\u202eb"])
async def test_the_answer_is_the_same_for_every_username(  # D3, D11
    portal: PortalFixture, browser: Browser, username: str
) -> None:
    ada = await portal.user()
    expected = await ask(browser, "somebody")

    page = await ask(browser, ada.username if username == "ada" else username)

    assert page.status == 200
    assert page.text == expected.text
    assert page.says("If there is an account with this username")


async def test_a_reset_request_reaches_the_administrators(
    portal: PortalFixture, browser: Browser
) -> None:  # D11
    def register_two(tx: Connection) -> str:
        authority = an_authority(tx)
        an_administrator(tx, authority, portal.rulebook)
        return a_user(tx, authority, portal.rulebook).username

    username = await portal.store.write(register_two)

    await ask(browser, username.upper())

    (request,) = await portal.store.read(lambda tx: rows.open_requests(tx, 1))
    assert request.source == RequestSource.PORTAL


async def test_a_cross_site_form_is_refused_and_shown_again(browser: Browser) -> None:
    await browser.get("/ask")

    page = await browser.post("/ask", form_token="forged", username="ada")

    assert page.status == 403
    assert page.says("The form was too old.")
    assert 'value="ada"' in page.text


async def test_reset_requests_are_throttled(store: Store, rulebook: Rulebook) -> None:  # D3
    async with portal_at(store, rulebook, per_minute=2) as portal, Browser(portal.url) as browser:
        for _ in range(2):
            assert (await ask(browser, "nobody")).status == 200

        page = await ask(browser, "nobody")

    assert page.status == 429
    assert page.says("Too many attempts.")
