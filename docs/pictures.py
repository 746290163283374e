"""Takes the README's screenshots of the running demo: `.venv/bin/python -m docs.pictures`."""
# ruff: noqa: INP001 - docs is no package

import asyncio
from pathlib import Path

from playwright.async_api import BrowserContext, Page

from bot.demo.demo import Demo, DemoOptions, running_demo
from tests.browser import page_actions
from tests.browser.chromium import chromium_path, running_browser

HERE = Path(__file__).parent
USERNAME = "jonas.o"


def main() -> None:
    """Take every picture; needs Chromium."""
    asyncio.run(_pictures())


async def _pictures() -> None:
    async with running_demo(DemoOptions(0, 0)) as demo, running_browser(chromium_path()) as context:
        await _form(await page_actions.open_slack_as(context, demo, "U0ANNA"))
        await _portal(context, demo)


async def _form(page: Page) -> None:
    form = page_actions.dialog(page)
    await page_actions.fill_form(page, phone="+45 71 11 22 33")
    await form.locator(".dialog-body").evaluate("body => body.scrollTo(0, 0)")
    await page.screenshot(path=HERE / "adduser.png")
    await page_actions.press(page, "Next")
    await page_actions.field(form, "username").fill(USERNAME)
    await page_actions.press(page, "Save")
    await page_actions.refresh_until_sent(page, ("temporary_password",))


async def _portal(context: BrowserContext, demo: Demo) -> None:
    mailbox = await page_actions.open_slack_as(context, demo, "U0JONAS", "mailbox")
    letter = await page_actions.newest_letter(mailbox, "jonas.oestergaard@sundhed.example")
    async with mailbox.expect_popup() as opened:
        await letter.link.click()
    portal = await opened.value
    await page_actions.sign_in(portal, USERNAME, letter.password)
    await portal.locator("#password").fill("Quiet-harb")
    await portal.screenshot(path=HERE / "portal.png")


if __name__ == "__main__":
    main()
