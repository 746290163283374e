"""Tests that axe-core finds nothing on modals that are opened inside other modals."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, expect

from bot.demo.demo import Demo
from bot.demo.ireland import ADMINISTRATOR, COORDINATOR
from tests.browser import page_actions
from tests.browser.axe import findings
from tests.browser.page_actions import dialog
from tests.sample_demo import demo_with_sample_users

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MENU = "…"


class Steps(NamedTuple):
    """A member's command, what is pressed in its modal, and what the modal that opens says."""

    member: str
    command: str
    pressed: tuple[str, ...]
    shown: str


STEPS = [
    Steps(ADMINISTRATOR, "users conor", (MENU, "Edit details"), "Telephone"),
    Steps(ADMINISTRATOR, "users conor", (MENU, "Change roles"), "Professional qualifications"),
    Steps(ADMINISTRATOR, "users conor", (MENU, "Reset password"), "temporary password"),
    Steps(ADMINISTRATOR, "users conor", (MENU, "Remove"), "Conor"),
    Steps(ADMINISTRATOR, "roles", ("Show",), "Administrator"),
    Steps(ADMINISTRATOR, "authority", ("Edit authority",), "Official name"),
    Steps(ADMINISTRATOR, "findauthority health", ("Show",), "Health"),
    Steps(ADMINISTRATOR, "me", ("Report a wrong detail",), "wrong"),
    Steps(ADMINISTRATOR, "me", ("Request a new password",), "administrator"),
    Steps(COORDINATOR, "authority health", ("Modules",), "Professional qualifications"),
    Steps(COORDINATOR, "authority health", ("Remove…",), "Health"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Demo]:
    """The demo as it is tried, with users in every state; these tests change nothing in it."""
    folder = tmp_path_factory.mktemp("nested")
    async with demo_with_sample_users(sqlite_template, folder) as running:
        yield running


@pytest.mark.parametrize("steps", STEPS, ids=lambda steps: f"{steps.command}-{steps.pressed[-1]}")
async def test_each_modal_inside_another_is_accessible(
    browser: BrowserContext, demo: Demo, steps: Steps
) -> None:
    member, command, pressed, shown = steps
    if demo.slack.view(member) is not None:
        await demo.slack.close(member, clear=True)
    page = await page_actions.open_slack_as(browser, demo, member)
    await page_actions.command(page, f"/imi-{command}")
    title = await dialog(page).get_attribute("aria-label")

    for name in pressed:
        if name == MENU:
            await dialog(page).locator("button.overflow").first.click()
        elif MENU in pressed:
            await page.get_by_role("menuitem", name=name).click()
        else:
            await dialog(page).get_by_role("button", name=name, exact=True).first.click()

    await expect(dialog(page)).not_to_have_attribute("aria-label", title or "")
    await expect(dialog(page)).to_contain_text(shown)
    assert await findings(page) == []
