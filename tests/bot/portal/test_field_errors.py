"""Tests that the portal's forms say at each field what to do, and put the focus there."""

import pytest

from tests.bot.portal.browser import Browser, Page
from tests.bot.portal.conftest import OWN, TEMPORARY, PortalFixture

NEXT = "Silent-harbour-48"
EMPTY = "Type your current password."
WRONG = "The current password is not correct. Type it again."
DIFFERENT = "The two passwords are not the same. Please type both again."


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        (("", NEXT, NEXT), {"current": EMPTY}),
        (("wrong", NEXT, NEXT), {"current": WRONG}),
        ((OWN, "", ""), {"password": "Type a new password."}),
        (("", "", ""), {"current": EMPTY, "password": "Type a new password."}),
        (
            (OWN, NEXT, "other"),
            {"password": DIFFERENT, "again": "Type the new password once more."},
        ),
        ((OWN, "short", "short"), {"password": "This password breaks a rule. It is marked below."}),
    ],
)
async def test_a_new_password_is_refused_at_its_field(
    portal: PortalFixture, browser: Browser, typed: tuple[str, str, str], errors: dict[str, str]
) -> None:
    await portal.choose_first_password(browser, await portal.user())
    await browser.get("/password")
    current, password, again = typed

    page = await browser.post("/password", current=current, password=password, again=again)

    assert page.status == 422
    assert page.field_errors() == errors
    assert page.focused() == next(iter(errors))


@pytest.mark.parametrize(("current", "error"), [("", EMPTY), ("wrong", WRONG)])
async def test_ending_other_sessions_is_refused_at_its_field(
    portal: PortalFixture, browser: Browser, current: str, error: str
) -> None:
    page = await _account_with_two_sessions(portal, browser)
    assert page.field_errors() == {}

    page = await browser.post("/sessions", current=current)

    assert (page.status, page.field_errors()) == (422, {"current": error})
    assert page.focused() == "current"


async def test_a_form_that_is_too_old_puts_the_focus_on_what_happened(
    portal: PortalFixture, browser: Browser
) -> None:
    for path in ("/sign-in", "/ask"):
        await browser.get(path)
        page = await browser.post(path, form_token="old", username="ada")
        assert (page.status, page.focused()) == (403, "problem")
    await _account_with_two_sessions(portal, browser)
    for path in ("/password", "/sessions"):
        page = await browser.post(path, form_token="old", current=OWN)
        assert (page.status, page.focused()) == (403, "problem")
        assert page.says("The form has expired.")


async def test_no_page_without_an_error_moves_the_focus(
    portal: PortalFixture, browser: Browser
) -> None:
    pages = [await browser.get("/sign-in"), await browser.get("/ask")]
    ada = await portal.user()
    await portal.give_temporary(ada)
    pages += [await browser.sign_in(ada.username, TEMPORARY), await browser.choose(OWN)]

    assert all("autofocus" not in page.text for page in pages)


async def _account_with_two_sessions(portal: PortalFixture, browser: Browser) -> Page:
    ada = await portal.user()
    await portal.choose_first_password(browser, ada)
    async with Browser(portal.url) as other:
        await other.sign_in(ada.username, OWN)
    return await browser.get("/account")
