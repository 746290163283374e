"""The README's pictures, taken of the running demo: `.venv/bin/python -m docs.pictures`."""
# ruff: noqa: INP001 - docs is no package

import asyncio
from pathlib import Path

from playwright.async_api import BrowserContext, Page

from bot.cli.demo import Demo, DemoOptions, demonstrating
from tests.browser import pages
from tests.browser.chromium import browsing, executable

HERE = Path(__file__).parent
USERNAME = "jonas.o"


def main() -> None:
    """Take every picture; needs Chromium."""
    asyncio.run(_pictures())


async def _pictures() -> None:
    async with demonstrating(DemoOptions(0, 0)) as demo, browsing(executable()) as context:
        await _form(await pages.slack_as(context, demo, "U0ANNA"))
        await _portal(context, demo)


async def _form(page: Page) -> None:
    form = pages.dialog(page)
    await pages.fill_form(page, phone="+45 71 11 22 33")
    await form.locator(".dialog-body").evaluate("body => body.scrollTo(0, 0)")
    await page.screenshot(path=HERE / "adduser.png")
    await pages.press(page, "Next")
    await pages.field(form, "username").fill(USERNAME)
    await pages.press(page, "Save")
    await pages.refresh_until_sent(page, ("temporary_password",))


async def _portal(context: BrowserContext, demo: Demo) -> None:
    mailbox = await pages.slack_as(context, demo, "U0JONAS", "mailbox")
    letter = await pages.newest_letter(mailbox, "jonas.oestergaard@sundhed.example")
    async with mailbox.expect_popup() as opened:
        await letter.link.click()
    portal = await opened.value
    await pages.sign_in(portal, USERNAME, letter.password)
    await portal.locator("#password").fill("Quiet-harb")
    await portal.screenshot(path=HERE / "portal.png")


if __name__ == "__main__":
    main()
