"""Tests of the list of languages on the portal's pages (D20)."""

import re

import pytest

from core.languages.tags import LANGUAGES
from tests.bot.portal.browser import Browser, Page
from tests.bot.portal.conftest import OWN, PortalFixture
from tests.english_left import english_left


def choices(page: Page) -> dict[str, str]:
    """Return the address for each language that the page offers."""
    return {
        tag: address
        for address, tag in re.findall(r'<a href="([^"]+)" lang="(\w+)" hreflang', page.text)
    }


async def test_every_page_offers_all_languages(portal: PortalFixture, browser: Browser) -> None:
    pages = [await browser.get(path) for path in ("/sign-in", "/ask", "/nowhere")]
    await portal.choose_first_password(browser, await portal.user())
    pages += [await browser.get("/password"), await browser.get("/account")]

    for page in pages:
        assert tuple(choices(page)) == LANGUAGES
        assert page.says("English")
        assert page.says("Dansk")
        assert 'lang="en" hreflang="en" aria-current="true"' in page.text


async def test_a_language_chosen_before_the_sign_in_stays_until_the_browser_closes(
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await portal.user(language="en")
    await portal.choose_first_password(browser, ada)
    async with Browser(portal.url) as other:
        page = await other.get(choices(await other.get("/sign-in"))["da"])
        assert page.says("Log ind")
        (cookie,) = [text for text in page.set_cookies if "chosen_language" in text]
        assert "Max-Age" not in cookie
        assert "expires" not in cookie.lower()

        page = await other.sign_in(ada.username, OWN)
        assert page.says("Din konto")
        # The advice about an error is in this language, too.
        await other.get("/password")
        page = await other.choose("x", current="wrong")
        assert (
            page.field_errors()["current"]
            == "Det nuværende password er ikke korrekt. Skriv det igen."
        )
        assert '<html lang="da">' in page.text
    # Other browsers keep to the account's language.
    assert '<html lang="en">' in (await browser.get("/account")).text


async def test_a_language_is_chosen_after_the_sign_in(
    portal: PortalFixture, browser: Browser
) -> None:
    await portal.choose_first_password(browser, await portal.user(language="en"))

    page = await browser.get(choices(await browser.get("/account"))["da"])

    assert page.url.endswith("/account?choose_language=da")
    assert page.says("Din konto")
    assert (await browser.get("/account")).says("Din konto")
    assert (await browser.get(choices(page)["en"])).says("Your account")


@pytest.mark.parametrize(("path", "leads_to"), [("/nowhere", "/"), ("/sign-in", "/sign-in")])
async def test_the_list_leads_back_to_the_page(browser: Browser, path: str, leads_to: str) -> None:
    page = await browser.get(path)

    assert choices(page)["da"] == f"{leads_to}?choose_language=da"
    assert (await browser.get(choices(page)["da"])).says("Log ind")


async def test_a_page_after_a_refused_form_leads_back_to_the_form(
    portal: PortalFixture, browser: Browser
) -> None:
    await portal.choose_first_password(browser, await portal.user())
    await browser.get("/account")

    page = await browser.post("/sessions", form_token="old")

    assert choices(page)["da"] == "/account?choose_language=da"


async def test_an_unknown_language_is_not_remembered(browser: Browser) -> None:
    page = await browser.get("/sign-in?choose_language=%22%3E%3Cb%3E")

    assert not any("chosen_language" in text for text in page.set_cookies)
    assert "<b>" not in page.text
    assert '<html lang="en">' in page.text


async def test_a_link_in_a_mail_comes_after_an_earlier_choice(browser: Browser) -> None:
    await browser.get("/sign-in?choose_language=da")

    assert (await browser.get("/?lang=en")).says("Sign in")


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if tag != "en"])
async def test_every_page_is_in_the_chosen_language(
    portal: PortalFixture, browser: Browser, language: str
) -> None:  # R43, D20, D25
    ada = await portal.user(language=language)
    pages = [await browser.get(f"/sign-in?choose_language={language}")]
    pages += [await browser.sign_in("", ""), await browser.sign_in(ada.username, "wrong")]
    pages += [await browser.get("/ask"), await browser.post("/ask", username="")]
    await portal.choose_first_password(browser, ada)
    pages += [await browser.get("/password"), await browser.choose("x", current="wrong")]
    pages += [await browser.get("/nowhere"), await browser.get("/account")]

    for page in pages:
        assert page.headers["content-language"] == language, page.url
        assert f'<html lang="{language}"' in page.text, page.url
        assert english_left(page.text, language) == [], page.url

    own_data = await browser.get("/account/data?as=page")
    assert f'<html lang="{language}"' in own_data.text
    assert english_left(own_data.text, language) == []


async def test_pages_in_english_are_found_to_be_in_english(browser: Browser) -> None:
    assert english_left((await browser.get("/sign-in")).text, "da") != []
