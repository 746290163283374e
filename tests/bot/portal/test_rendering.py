"""Tests of the portal's pages: their language, and attributes that browsers need."""

import re

import pytest

from tests.bot.portal.browser import Browser
from tests.bot.portal.conftest import OWN, TEMPORARY, PortalFixture


async def test_password_fields_are_hidden_and_work_with_password_managers(
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await portal.user()
    await portal.choose_first_password(browser, ada)
    inside = (await browser.get("/password")).text
    async with Browser(portal.url) as other:
        door = (await other.get("/sign-in")).text
    script = (await browser.get("/static/rules.js")).text

    fields = re.findall(r"<input[^>]*password[^>]*>", door + inside)
    helped = [re.search('autocomplete="([a-z-]+)"', one) for one in fields]
    kinds = [found.group(1) for found in helped if found]
    assert kinds == ["current-password", "current-password", "new-password", "new-password"]
    assert all('type="password"' in one and "maxlength" not in one for one in fields)
    assert "paste" not in door + inside + script


async def test_no_page_has_inline_scripts_or_styles(
    portal: PortalFixture, browser: Browser
) -> None:
    pages = [await browser.get(path) for path in ("/sign-in", "/ask", "/nowhere")]
    ada = await portal.user()
    await portal.give_temporary(ada)
    pages += [await browser.sign_in(ada.username, TEMPORARY), await browser.choose(OWN)]
    pages += [await browser.get("/password"), await browser.choose("short", current=OWN)]

    for page in pages:
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page.text), page.url


async def test_the_page_is_in_the_browsers_language(
    portal: PortalFixture, browser: Browser
) -> None:  # D20
    assert (await browser.get("/sign-in?lang=da")).says("Log ind")
    assert (await browser.get("/sign-in")).says("Log ind")
    async with Browser(portal.url, language="da-DK,da;q=0.9") as danish:
        assert (await danish.get("/sign-in")).says("Log ind")
    async with Browser(portal.url, language="xx") as nobody:
        assert (await nobody.get("/sign-in?lang=zz")).says("Sign in")
        assert (await nobody.get("/?lang=da")).says("Log ind")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en;q=0.5, da", "da"),
        ("en;q=0.5,da-DK;q=0.9,*;q=0.1", "da"),
        ("da;q=0, en;q=0.1", "en"),
        ("zh-Hant-TW, DA;q=0.7", "da"),
        (";;,*,-,da_DK", "en"),
    ],
)
async def test_the_browsers_preferred_language_wins(  # D20
    portal: PortalFixture, accepted: str, language: str
) -> None:
    async with Browser(portal.url, language=accepted) as browser:
        assert f'<html lang="{language}">' in (await browser.get("/sign-in")).text


async def test_the_lang_attribute_names_the_language_of_the_texts(browser: Browser) -> None:
    assert '<html lang="da">' in (await browser.get("/sign-in?lang=da")).text
    assert '<html lang="mt">' in (await browser.get("/sign-in?lang=mt")).text
