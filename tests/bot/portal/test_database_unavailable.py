"""Tests of the page that the portal shows while the database is not available."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.store.store import open_store
from tests.bot.portal.browser import Browser
from tests.bot.portal.conftest import OWN, PortalFixture, portal_at
from tests.flooded_database import forbidden_writes

if TYPE_CHECKING:
    from core.rulebook import Rulebook
    from core.store.store import Store

NOBODY_LISTENS = "postgresql://imi:hunter2@127.0.0.1:9/imi"


@pytest.mark.parametrize("path", ["/account", "/password", "/sign-in", "/account/data"])
async def test_every_page_says_that_the_account_cannot_be_reached(
    rulebook: Rulebook, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    unavailable = await open_store(NOBODY_LISTENS)
    async with portal_at(unavailable, rulebook) as portal, Browser(portal.url) as browser:
        browser.headers["Cookie"] = "imi_session=token"

        page = await browser.get(path)
    await unavailable.close()

    assert page.status == 503
    assert page.headers["retry-after"] == "60"
    assert page.says("Your account in IMI cannot be reached at the moment.")
    assert page.says("Try again")
    assert '"database_away"' in portal.logs.getvalue()
    assert "hunter2" not in portal.logs.getvalue() + page.text + caplog.text
    assert "unexpected_error" not in portal.logs.getvalue()


async def test_a_sign_in_without_database_leads_back_to_its_form(rulebook: Rulebook) -> None:
    unavailable = await open_store(NOBODY_LISTENS)
    async with portal_at(unavailable, rulebook) as portal, Browser(portal.url) as browser:
        await browser.get("/sign-in")

        page = await browser.sign_in("ada", OWN)
    await unavailable.close()

    assert page.status == 503
    assert 'href="/sign-in"' in page.text
    assert OWN not in portal.logs.getvalue() + page.text


async def test_the_page_is_in_the_readers_language(rulebook: Rulebook) -> None:
    unavailable = await open_store(NOBODY_LISTENS)
    async with portal_at(unavailable, rulebook) as portal, Browser(portal.url) as browser:
        browser.headers["Cookie"] = "imi_session=token"

        page = await browser.get("/account?lang=da")
    await unavailable.close()

    assert page.says("Prøv igen om nogle minutter")


async def test_a_password_that_could_not_be_saved_can_be_chosen_afterwards(
    portal: PortalFixture, browser: Browser, store: Store, database_url: str
) -> None:
    """Nothing is half saved: the old password stays valid, and the form can be sent again."""
    ada = await portal.user()
    await portal.choose_first_password(browser, ada)
    await browser.get("/password")
    async with forbidden_writes(store, database_url):
        refused = await browser.choose("Another-harbour-48", current=OWN)

    assert refused.status == 503
    assert refused.says("check whether it was saved")
    assert 'href="/password"' in refused.text
    await browser.get("/password")
    page = await browser.choose("Another-harbour-48", current=OWN)
    assert page.url.endswith("/account?saved=1")
