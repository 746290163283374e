"""Actions of a person in the browser, on the sandbox's page and on the portal."""

import re
from typing import NamedTuple

from playwright.async_api import BrowserContext, Locator, Page, expect

from bot.demo.demo import Demo
from core.languages.texts import texts


class Letter(NamedTuple):
    """The password and the link of the mail with a temporary password."""

    password: str
    link: Locator


def danish(message: str, **values: object) -> str:
    """Return the text in Danish, as Anna and Jonas read it."""
    return texts("da").gettext(message, **values)


def field(scope: Page | Locator, action_id: str) -> Locator:
    """Return the field or button of that action."""
    return scope.locator(f'[data-action-id="{action_id}"]')


def block(scope: Page | Locator, block_id: str) -> Locator:
    """Return the block of that id."""
    return scope.locator(f'.block[data-block-id="{block_id}"]')


def dialog(page: Page) -> Locator:
    """Return the open modal."""
    return page.get_by_role("dialog")


async def open_slack_as(context: BrowserContext, demo: Demo, member: str, view: str = "") -> Page:
    """Open the sandbox's page as that member, at that view."""
    page = await context.new_page()
    await page.goto(f"{demo.slack.page_url}?as={member}&view={view}")
    await expect(page.get_by_test_id("member")).to_have_value(member)
    return page


async def command(page: Page, text: str) -> None:
    """Type a slash command and send it."""
    await page.get_by_test_id("composer").fill(text)
    await page.keyboard.press("Enter")


async def press(page: Page, name: str) -> None:
    """Press the modal's button of that (English) name."""
    await dialog(page).get_by_role("button", name=danish(name), exact=True).click()


async def fill_form(page: Page, *, phone: str) -> None:
    """Open the form, pick Jonas, and fill in what his profile lacks."""
    await command(page, "/imi-adduser")
    form = dialog(page)
    await field(form, "member").select_option("U0JONAS")
    await expect(field(form, "first_name")).to_have_value("Jonas")
    await expect(field(form, "email")).to_have_value("jonas.oestergaard@sundhed.example")
    await expect(field(form, "language")).to_have_value("da")
    await field(form, "phone").fill(phone)
    await form.locator('input[value="PQ:BASIC"]').check()


async def refresh_until_sent(page: Page, deliveries: tuple[str, ...]) -> None:
    """Press Refresh until each delivery says that it is sent."""
    form = dialog(page)
    sent = re.compile(rf": {texts('da').pgettext('message', 'sent')}")
    for _round in range(40):
        await field(form, "refresh").click()
        await page.wait_for_timeout(250)
        lines = [await block(form, f"delivery_{kind}").inner_text() for kind in deliveries]
        if all(sent.search(line) for line in lines):
            return
    raise AssertionError(lines)


async def newest_letter(page: Page, address: str) -> Letter:
    """Open the newest mail to the address."""
    await page.get_by_test_id("mail").filter(has_text=address).first.click()
    plain = page.get_by_test_id("mail-open").locator("pre")
    password = re.search(r"^\s+(\S{4}(?:-\S{4})+)\s*$", await plain.inner_text(), re.MULTILINE)
    assert password is not None
    return Letter(password.group(1), plain.get_by_role("link"))


async def sign_in(portal: Page, username: str, password: str) -> None:
    """Sign in with the temporary password; the portal asks for another."""
    await portal.locator("#username").fill(username)
    await portal.locator("#password").fill(password)
    await portal.locator('form[action="/sign-in"] button[type="submit"]').click()
    await expect(portal).to_have_url(re.compile("/password$"))


async def choose(portal: Page, password: str) -> None:
    """Type the new password twice and save it."""
    await portal.locator("#password").fill(password)
    await portal.locator("#again").fill(password)
    await portal.locator('form[action="/password"] button[type="submit"]').click()
