"""Browser test of the main task: registering a colleague, who then chooses a password."""

import re

import pytest
from playwright.async_api import BrowserContext, Page, expect

from bot.demo.demo import Demo
from core.languages.texts import texts
from tests.browser import page_actions
from tests.browser.page_actions import block, danish, dialog, field, press

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

OWN = "Quiet-harbour-47"
USERNAME = "jonas.o"
JONAS_AT = "jonas.oestergaard@sundhed.example"
DELIVERIES = ("username", "temporary_password", "onboarding")


async def test_a_colleague_gets_an_account_in_the_browser(
    browser: BrowserContext, demo: Demo
) -> None:  # R11, C4, C5, R76
    anna = await page_actions.open_slack_as(browser, demo, "U0ANNA")
    await page_actions.fill_form(anna, phone="12")
    await correct_phone(anna)
    await change_username_and_save(anna)
    await page_actions.refresh_until_sent(anna, DELIVERIES)

    jonas = await page_actions.open_slack_as(browser, demo, "U0JONAS")
    await jonas.get_by_role("button", name="IMI", exact=True).click()
    await expect(jonas.get_by_text(USERNAME, exact=True)).to_be_visible()
    await jonas.get_by_role("button", name="Mailbox", exact=True).click()
    letter = await page_actions.newest_letter(jonas, JONAS_AT)
    async with jonas.expect_popup() as opened:
        await letter.link.click()
    await choose_own_password(await opened.value, letter.password)

    await press(anna, "Close")
    await anna.get_by_role("button", name="Home", exact=True).click()
    row = anna.get_by_test_id("home").locator(".block").filter(has_text="Jonas Østergård")
    await expect(row).to_contain_text(f"{texts('da').pgettext('account', 'active')} ·")
    await expect(row).to_contain_text(danish("valid password"))


async def correct_phone(page: Page) -> None:
    """See the error at its field, with all input kept, and correct it."""
    form = dialog(page)
    await press(page, "Next")
    phone = field(form, "phone")
    await expect(phone).to_have_attribute("aria-invalid", "true")
    await expect(phone).to_have_value("12")
    error = danish(
        "This is not a valid telephone number. Write it with the country code: {example}",
        example="+45…",
    )
    await expect(block(form, "phone").locator(".error")).to_have_text(error)
    await expect(form.locator("[aria-invalid]")).to_have_count(1)
    await expect(field(form, "last_name")).to_have_value("Østergård")
    await expect(form.locator('input[value="PQ:BASIC"]')).to_be_checked()
    await phone.fill("+45 71 11 22 33")
    await press(page, "Next")


async def change_username_and_save(page: Page) -> None:
    """Replace the proposed username, save, and read the new one in the confirmation."""
    form = dialog(page)
    username = field(form, "username")
    await expect(username).to_have_value("joestergaard")
    await username.fill(USERNAME)
    await press(page, "Save")
    await expect(form.get_by_text(USERNAME, exact=True)).to_be_visible()
    for kind in DELIVERIES:
        await expect(block(form, f"delivery_{kind}")).to_be_visible()


async def choose_own_password(portal: Page, temporary: str) -> None:
    """Sign in, break a password rule, keep all of them, and reach the account page."""
    await expect(portal.locator("html")).to_have_attribute("lang", "da")
    await page_actions.sign_in(portal, USERNAME, temporary)
    await page_actions.choose(portal, "short")
    await expect(portal.get_by_role("alert")).to_be_visible()
    length, lower = portal.locator('[data-check="length"]'), portal.locator('[data-check="lower"]')
    await expect(length).to_have_class("broken")
    await expect(lower).not_to_have_class(re.compile("broken"))
    await portal.locator("#password").fill(OWN)
    await expect(length).to_have_class("kept")
    await page_actions.choose(portal, OWN)
    await expect(portal).to_have_url(re.compile("/account"))
    await expect(portal.get_by_role("status")).to_have_text(
        danish("Your new password has been saved.")
    )
    await expect(portal.locator("main")).to_contain_text("Jonas Østergård")
