"""Tests that axe-core finds nothing on any page, and that no page scrolls sideways at 320 px."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from bot.demo.demo import Demo
from bot.demo.ireland import ADMINISTRATOR, COORDINATOR
from bot.demo.sample_users import PASSWORD
from tests.browser import page_actions
from tests.browser.axe import axe_findings, findings
from tests.browser.page_actions import dialog
from tests.sample_demo import demo_with_sample_users

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AOIFE = "abyrne"
# Each opens a modal; what follows a name is about a user of the sample data.
COMMANDS = (
    *("adduser", "users", "users edit conor", "roles", "roles conor", "reset conor"),
    "roles nobody",  # a refusal
    *("removeuser conor", "removeuser restore", "authority", "findauthority health"),
    *("import", "me", "audit"),
)
ACCESS_MANAGERS_COMMANDS = ("registerauthority", "modules health", "health")


@pytest_asyncio.fixture(loop_scope="session")
async def demo(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Demo]:
    """The demo as it is tried: with users in every state."""
    async with demo_with_sample_users(sqlite_template, tmp_path) as running:
        yield running


async def test_the_parts_of_the_sandbox_are_accessible(browser: BrowserContext, demo: Demo) -> None:
    page = await page_actions.open_slack_as(browser, demo, ADMINISTRATOR, "home")
    await expect(page.get_by_test_id("home")).to_contain_text("Orla Fitzgerald")
    assert await findings(page) == []
    await page.get_by_role("button", name="IMI", exact=True).click()
    await expect(page.locator("body")).to_contain_text("Request for a new password")
    assert await findings(page) == []
    await page.get_by_test_id("composer").fill("/imi")
    await expect(page.locator("#commands [role=option]").first).to_be_visible()
    assert await findings(page) == []
    await page.get_by_test_id("composer").fill("")
    await page.get_by_role("button", name="Mailbox", exact=True).click()
    await page.get_by_test_id("mail").first.click()
    assert await findings(page) == []
    await page.set_viewport_size({"width": 320, "height": 700})
    await page.locator("#member-more").click()
    await expect(page.get_by_role("menu")).to_be_visible()
    assert await findings(page) == []


async def test_what_a_jump_of_the_clock_did_is_said_on_the_page(
    browser: BrowserContext, demo: Demo
) -> None:
    page = await page_actions.open_slack_as(browser, demo, ADMINISTRATOR, "home")
    await page.get_by_role("button", name="+7 days").click()

    said = page.get_by_test_id("happened")
    await expect(said).to_have_text(
        re.compile(r"The clock stands at \d+ \w+ \d{4}\. 1 reminder was sent\."), timeout=15_000
    )
    assert await findings(page) == []


@pytest.mark.parametrize(
    ("member", "command"),
    [
        *((ADMINISTRATOR, command) for command in COMMANDS),
        *((COORDINATOR, command) for command in ACCESS_MANAGERS_COMMANDS),
    ],
)
async def test_each_modal_is_accessible(
    browser: BrowserContext, demo: Demo, member: str, command: str
) -> None:
    page = await page_actions.open_slack_as(browser, demo, member)
    await page_actions.command(page, f"/imi-{command}")
    await expect(dialog(page)).to_be_visible()

    assert await findings(page) == []

    submit = dialog(page).locator("footer button[type=submit]")
    if await submit.is_visible():
        # The same with errors at its fields, or the next step.
        await submit.click()
        await page.wait_for_timeout(300)
        assert await findings(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_of_the_portal_are_accessible(
    browser: BrowserContext, demo: Demo, scheme: str
) -> None:
    page = await browser.new_page()
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for path in ("/sign-in", "/ask", "/nowhere"):
        await page.goto(f"{demo.settings.imi_public_url}{path}")
        assert await findings(page) == []
    await page.goto(f"{demo.settings.imi_public_url}/ask")
    await _send(page, "/ask")
    await expect(page.locator("#username")).to_be_focused()
    assert await findings(page) == []
    await page.locator("#username").fill("nobody")
    await _send(page, "/ask")
    assert await findings(page) == []
    await page.goto(f"{demo.settings.imi_public_url}/sign-in")
    await _send(page, "/sign-in")
    await expect(page.locator("#username")).to_be_focused()
    assert await findings(page) == []
    await _sign_in(page, "wrong")
    await expect(page.locator("#password")).to_be_focused()
    assert await findings(page) == []
    await _sign_in(page, PASSWORD)
    await expect(page).to_have_url(re.compile("/account"))
    assert await findings(page) == []
    await page.locator(".languages summary").click()
    assert await findings(page) == []
    await page.get_by_role("link", name="Change password").click()
    assert await findings(page) == []
    await page.locator("#current").fill(PASSWORD)
    await page_actions.choose(page, "short")
    await expect(page.locator("#password")).to_be_focused()
    assert await findings(page) == []


async def test_a_typed_password_is_shown_and_hidden(browser: BrowserContext, demo: Demo) -> None:
    page = await browser.new_page()
    await page.goto(f"{demo.settings.imi_public_url}/sign-in")
    password = page.locator("#password")
    await password.fill(PASSWORD)

    await page.get_by_role("button", name="Show: Password", exact=True).click()

    await expect(password).to_have_attribute("type", "text")
    await expect(password).to_have_value(PASSWORD)
    await expect(page.get_by_role("status")).to_have_text("The password is shown.")
    assert await axe_findings(page) == []
    await page.get_by_role("button", name="Hide: Password", exact=True).click()
    await expect(password).to_have_attribute("type", "password")
    await expect(page.get_by_role("status")).to_have_text("The password is hidden.")

    # While it is shown, the browser still sends it as a password, which it does not remember.
    await page.get_by_role("button", name="Show: Password", exact=True).click()
    await page.evaluate(
        "document.forms[0].addEventListener('submit', (event) => event.preventDefault())"
    )
    await _send(page, "/sign-in")
    await expect(password).to_have_attribute("type", "password")


async def test_without_scripts_there_is_no_button_that_shows_the_password(
    browser: BrowserContext, demo: Demo
) -> None:
    assert browser.browser is not None
    context = await browser.browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{demo.settings.imi_public_url}/sign-in")

    await expect(page.locator(".show")).to_have_count(0)
    await page.locator(".languages summary").click()
    await page.get_by_role("link", name="Dansk").click()
    await expect(page.locator("html")).to_have_attribute("lang", "da")
    await page.locator("#username").fill(AOIFE)
    await page.locator("#password").fill(PASSWORD)
    await _send(page, "/sign-in")
    await expect(page).to_have_url(re.compile("/account"))
    await expect(page.locator("html")).to_have_attribute("lang", "da")


async def _sign_in(page: Page, password: str) -> None:
    await page.locator("#username").fill(AOIFE)
    await page.locator("#password").fill(password)
    await _send(page, "/sign-in")


async def _send(page: Page, action: str) -> None:
    await page.locator(f'form[action="{action}"] button[type="submit"]').click()
