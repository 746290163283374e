"""Takes the documentation's pictures of the running demo: `.venv/bin/python -m docs.pictures`.

Each picture exists in English and in Danish, as `docs/images/<language>/<name>.png`.
"""
# ruff: noqa: INP001 - docs is no package

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import BrowserContext, Locator, Page, expect

from bot.demo.demo import Demo
from core.languages.texts import Texts, texts
from docs.picture_casts import CASTS, Cast, demo_with
from tests.browser import page_actions
from tests.browser.chromium import chromium_path, new_browser, running_chromium

IMAGES = Path(__file__).parent / "images"
HALF_A_PASSWORD, PASSWORD = "Quiet-harb", "Quiet-harbour-47"


@dataclass(frozen=True, slots=True)
class Studio:
    """The running demo, a browser, and the people who act in the pictures."""

    context: BrowserContext
    demo: Demo
    cast: Cast
    folder: Path

    @property
    def texts(self) -> Texts:
        """Return the texts in the language of the pictures."""
        return texts(self.cast.language)

    async def take(self, subject: Page | Locator, name: str) -> None:
        """Save a picture of a page, or of a part of it."""
        await subject.screenshot(path=self.folder / f"{name}.png")

    async def open(self, member: str, view: str = "") -> Page:
        """Open the sandbox's page as a member, with no modal open."""
        if self.demo.slack.view(member) is not None:
            await self.demo.slack.close(member, clear=True)
        return await page_actions.open_slack_as(self.context, self.demo, member, view)

    async def typed(self, command: str) -> tuple[Page, Locator]:
        """Type a command as the administrator; return the page and the modal that it opens."""
        page = await self.open(self.cast.administrator, "IMI")
        # High enough that no form is cut off.
        await page.set_viewport_size({"width": 1280, "height": 1500})
        await page.add_style_tag(content=".dialog { max-height: none !important }")
        await page_actions.command(page, command)
        form = page_actions.dialog(page)
        await expect(form).to_be_visible()
        return page, form


def main() -> None:
    """Take every picture, or those of the languages that are named; needs Chromium."""
    wanted = sys.argv[1:]
    for cast in CASTS:
        if not wanted or cast.language in wanted:
            asyncio.run(take_pictures(cast, IMAGES / cast.language))


async def take_pictures(cast: Cast, folder: Path) -> None:
    """Take all pictures with this cast, and save them in the folder."""
    async with (
        demo_with(cast) as demo,
        running_chromium(chromium_path()) as chromium,
        new_browser(chromium) as context,
    ):
        studio = Studio(context, demo, cast, folder)
        await _home(studio)
        await _authority(studio)
        await _users(studio)
        await _request(studio)
        await _registration(studio)
        await _first_message(studio)
        await _portal(studio)


async def _home(studio: Studio) -> None:
    page = await studio.open(studio.cast.administrator, "home")
    await expect(page.get_by_test_id("home")).to_contain_text(studio.cast.asker)
    await studio.take(page, "home")
    await page.close()


async def _authority(studio: Studio) -> None:
    t = studio.texts
    page, form = await studio.typed("/imi-authority")
    await studio.take(form, "authority")
    await _press(form, t.gettext("Edit authority"))
    form = page_actions.dialog(page).last
    await expect(page_actions.field(form, "informal_title")).to_be_visible()
    await studio.take(form, "authority-tab")
    # Each button of a tab draws the same modal anew.
    for tab, field, name in (
        (t.gettext("Classification"), "keywords_", "classification-tab"),
        (t.pgettext("tab", "Modules"), "keywords_PQ", "modules-tab"),
    ):
        await _press(form, tab)
        await expect(page_actions.field(form, field)).to_be_visible()
        await studio.take(form, name)
    await page.close()


async def _users(studio: Studio) -> None:
    colleague = studio.cast.colleague
    for command, name in (
        ("/imi-users", "users"),
        (f"/imi-users edit {colleague}", "edit-user"),
        (f"/imi-roles {colleague}", "roles"),
        (f"/imi-removeuser {colleague}", "remove-user"),
        (f"/imi-reset {colleague}", "reset"),
    ):
        page, form = await studio.typed(command)
        await expect(form).to_contain_text(colleague.split()[0])
        await studio.take(form, name)
        await page.close()


async def _request(studio: Studio) -> None:
    page = await studio.open(studio.cast.administrator)
    await page.get_by_role("button", name="IMI", exact=True).click()
    button = page_actions.field(page, "reset_approve").last
    message = page.locator(".message").filter(has=button)
    await studio.take(message, "reset-request")
    await page.close()


async def _registration(studio: Studio) -> None:
    cast = studio.cast
    page, form = await studio.typed("/imi-adduser")
    await page_actions.field(form, "member").select_option(cast.newcomer)
    await expect(page_actions.field(form, "email")).to_have_value(cast.newcomer_email)
    await page_actions.field(form, "phone").fill(cast.phone)
    await form.locator('input[value="PQ:BASIC"]').check()
    await form.locator(".dialog-body").evaluate("body => body.scrollTo(0, 0)")
    await studio.take(form, "adduser")
    await _press(form, studio.texts.gettext("Next"))
    await expect(page_actions.field(form, "username")).to_have_value(cast.newcomer_username)
    await studio.take(form, "username")
    await _press(form, studio.texts.gettext("Save"))
    await expect(page_actions.block(form, "delivery_username")).to_be_visible()
    await page.wait_for_timeout(2000)
    await page_actions.field(form, "refresh").click()
    await page.wait_for_timeout(500)
    await studio.take(form, "registered")
    await page.close()


async def _first_message(studio: Studio) -> None:
    cast = studio.cast
    page = await studio.open(cast.newcomer)
    await page.get_by_role("button", name="IMI", exact=True).click()
    message = page.locator(".message").filter(has_text=cast.newcomer_username)
    await studio.take(message.first, "username-message")
    await page.close()


async def _portal(studio: Studio) -> None:
    cast, slack = studio.cast, studio.demo.slack
    await slack.until(lambda: any(cast.newcomer_email in mail.recipients for mail in slack.mails))
    mailbox = await studio.open(cast.newcomer, "mailbox")
    letter = await page_actions.newest_letter(mailbox, cast.newcomer_email)
    await studio.take(mailbox.get_by_test_id("mail-open").locator("iframe"), "letter")
    async with mailbox.expect_popup() as opened:
        await letter.link.click()
    portal = await opened.value
    await studio.take(portal.locator("main"), "portal-sign-in")
    await page_actions.sign_in(portal, cast.newcomer_username, letter.password)
    await portal.locator("#password").fill(HALF_A_PASSWORD)
    await portal.locator("button.show").first.click()
    await studio.take(portal.locator("main"), "portal-password")
    await page_actions.choose(portal, PASSWORD)
    await expect(portal.get_by_role("status")).to_be_visible()
    await studio.take(portal.locator("main"), "portal-account")


async def _press(scope: Locator, name: str) -> None:
    await scope.get_by_role("button", name=name, exact=True).click()


if __name__ == "__main__":
    main()
