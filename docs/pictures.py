"""Takes the README's screenshots of the running demo: `.venv/bin/python -m docs.pictures`."""
# ruff: noqa: INP001 - docs is no package

import asyncio
from pathlib import Path

from playwright.async_api import BrowserContext, Page, expect

from bot.demo.demo import Demo, DemoOptions, running_demo
from bot.demo.ireland import ADMINISTRATOR, NEWCOMER, email_at_register
from tests.browser import page_actions
from tests.browser.chromium import chromium_path, running_browser

HERE = Path(__file__).parent
EMAIL, USERNAME = email_at_register("Eoin Murphy"), "emurphy"


def main() -> None:
    """Take every picture; needs Chromium."""
    asyncio.run(_pictures())


async def _pictures() -> None:
    options = DemoOptions(0, 0, sample_users=True)
    async with running_demo(options) as demo, running_browser(chromium_path()) as context:
        page = await page_actions.open_slack_as(context, demo, ADMINISTRATOR, "home")
        await expect(page.get_by_test_id("home")).to_contain_text("Orla Fitzgerald")
        await page.screenshot(path=HERE / "home.png")
        await page.get_by_role("button", name="IMI", exact=True).click()
        await _form(page)
        await _portal(context, demo)


async def _form(page: Page) -> None:
    await page_actions.command(page, "/imi-adduser")
    form = page_actions.dialog(page)
    await page_actions.field(form, "member").select_option(NEWCOMER)
    await expect(page_actions.field(form, "first_name")).to_have_value("Eoin")
    await page_actions.field(form, "phone").fill("+353 1 234 5678")
    await form.locator('input[value="PQ:BASIC"]').check()
    await form.locator(".dialog-body").evaluate("body => body.scrollTo(0, 0)")
    await page.screenshot(path=HERE / "adduser.png")
    for name in ("Next", "Save"):
        await form.get_by_role("button", name=name, exact=True).click()


async def _portal(context: BrowserContext, demo: Demo) -> None:
    await demo.slack.until(lambda: any(EMAIL in mail.recipients for mail in demo.slack.mails))
    mailbox = await page_actions.open_slack_as(context, demo, NEWCOMER, "mailbox")
    letter = await page_actions.newest_letter(mailbox, EMAIL)
    async with mailbox.expect_popup() as opened:
        await letter.link.click()
    portal = await opened.value
    await page_actions.sign_in(portal, USERNAME, letter.password)
    await portal.locator("#password").fill("Quiet-harb")
    await portal.get_by_role("button", name="Show: New password", exact=True).click()
    await portal.screenshot(path=HERE / "portal.png")


if __name__ == "__main__":
    main()
