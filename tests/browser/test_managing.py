"""Browser tests of managing users: editing, roles, resets, removals and imports."""

import asyncio

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, FilePayload, Page, Route, expect

from bot.demo.demo import Demo
from core.languages.texts import texts
from tests.browser import page_actions
from tests.browser.axe import findings
from tests.browser.page_actions import block, danish, dialog, field, press
from tests.handlers.demo_actions import JONAS, register

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
RESET = texts("da").pgettext("button", "Reset")

CSV = """first_name;last_name;language;email
Ida;Møller;da;ida@sundhed.example
Bo;;da;bo@sundhed.example
"""
REFUSED_ROWS = "".join(f"Bo{number:02};;da;bo{number}@sundhed.example\n" for number in range(11))


@pytest_asyncio.fixture(loop_scope="session")
async def anna(browser: BrowserContext, demo: Demo) -> Page:
    """The sandbox's page as Anna, with Jonas a user of her authority."""
    await register(demo, member=JONAS, roles_PQ=["PQ:BASIC"])
    await demo.slack.close("U0ANNA", clear=True)
    return await page_actions.open_slack_as(browser, demo, "U0ANNA")


async def dm_of(page: Page) -> Page:
    """Open the conversation with the app."""
    await page.get_by_role("button", name="IMI", exact=True).click()
    return page


async def test_details_are_edited_from_the_list(anna: Page) -> None:  # R49, R57
    await page_actions.command(anna, "/imi-users jonas")
    row = dialog(anna).locator(".block").filter(has_text="Jonas Østergård")
    await expect(row).to_contain_text(danish("temporary password"))
    await row.get_by_role("button").click()
    await anna.get_by_role("menuitem", name=danish("Edit details")).click()
    phone = field(dialog(anna).last, "phone")
    await phone.fill("+45 71 99 22 33")
    await dialog(anna).last.get_by_role("button", name=danish("Save"), exact=True).click()

    await expect(dialog(anna).last).to_contain_text("Jonas Østergård")
    await expect(dialog(anna).last).not_to_contain_text("+45 71 99 22 33")


@pytest.mark.parametrize(
    ("command", "search", "found"),
    [
        ("/imi-users", "users_search", "user_"),
        ("/imi-audit", "audit_person", "entry_"),
        ("/imi-findauthority", "authority_search_words", "found_"),
    ],
)
async def test_a_list_follows_what_is_typed(  # R57, D22
    anna: Page, command: str, search: str, found: str
) -> None:
    await page_actions.command(anna, command)
    form = dialog(anna)
    rows = form.locator(f'[data-block-id^="{found}"]')
    if command != "/imi-findauthority":
        await expect(rows).not_to_have_count(0)

    await field(form, search).press_sequentially("zorro")

    await expect(rows).to_have_count(0)
    await expect(form.locator('[data-block-id="empty"]')).to_be_visible()
    await expect(field(form, search)).to_have_value("zorro")
    await expect(field(form, search)).to_be_focused()


async def test_roles_are_ticked_checked_and_saved(anna: Page, demo: Demo) -> None:  # R15, R50
    await page_actions.command(anna, "/imi-roles jonas")
    form = dialog(anna)
    await expect(form.locator('input[value="PQ:BASIC"]')).to_be_checked()
    await form.locator('input[value="PR:BASIC"]').check()
    await press(anna, "Next")
    await expect(block(form, "changes")).to_contain_text(danish("Will be assigned:"))
    await press(anna, "Save")
    await expect(form).to_contain_text("Jonas Østergård")

    told = danish("Your roles in IMI have been changed")
    await demo.slack.until(lambda: told in str(demo.slack.messages(JONAS)))


async def test_a_password_is_reset(anna: Page, demo: Demo) -> None:  # R16, R67
    mails = len(demo.slack.mails)
    await page_actions.command(anna, "/imi-reset jonas")
    await expect(dialog(anna)).to_contain_text("jonas.oestergaard@sundhed.example")
    await dialog(anna).get_by_role("button", name=RESET, exact=True).click()

    await expect(dialog(anna)).to_contain_text(
        danish("Password reset: {name}", name="Jonas Østergård")
    )
    await demo.slack.until(lambda: len(demo.slack.mails) > mails)


async def test_a_request_is_made_and_granted(  # D11
    anna: Page, browser: BrowserContext, demo: Demo
) -> None:
    jonas = await page_actions.open_slack_as(browser, demo, JONAS)
    await page_actions.command(jonas, "/imi-reset")
    await press(jonas, "Send request")
    await expect(dialog(jonas)).to_contain_text(danish("Request sent"))

    await dm_of(anna)
    await field(anna, "reset_approve").click()

    await expect(dialog(anna)).to_contain_text(
        danish("Password reset: {name}", name="Jonas Østergård")
    )
    await expect(anna.get_by_text(danish("Approved by: {name}.", name="Anna Holm"))).to_be_visible()
    await expect(field(anna, "reset_approve")).to_have_count(0)


async def test_a_user_is_removed_and_restored(anna: Page) -> None:  # R13, D14
    await page_actions.command(anna, "/imi-removeuser jonas")
    await expect(dialog(anna)).to_contain_text("Jonas Østergård")
    await press(anna, "Remove")
    await expect(dialog(anna)).to_contain_text(
        danish("User removed: {name}", name="Jonas Østergård")
    )
    await field(dialog(anna), "restore_user").click()

    await expect(dialog(anna)).to_contain_text(danish("User restored"))


async def test_a_leaver_is_asked_about_and_kept(anna: Page, demo: Demo) -> None:  # R65, D14
    await demo.slack.deactivate(JONAS)
    await dm_of(anna)
    await field(anna, "leaver_keep").click()

    kept = danish("Kept as user for the time being. By: {name}.", name="Anna Holm")
    await expect(anna.get_by_text(kept)).to_be_visible()


async def test_a_file_of_users_is_checked_and_registered(anna: Page) -> None:  # R12
    await page_actions.command(anna, "/imi-import")
    form = dialog(anna)
    file = FilePayload(name="users.csv", mimeType="text/csv", buffer=CSV.encode())
    await form.locator('input[type="file"]').set_input_files(file)
    await expect(form.get_by_text("users.csv")).to_be_visible()
    await press(anna, "Check")
    await expect(block(form, "refused")).to_contain_text(danish("Please fill in this field."))
    await form.get_by_role("button", name="Registrer 1", exact=True).click()

    await expect(form).to_contain_text("1 bruger er registreret")


async def test_a_form_waits_for_the_upload_of_its_file(anna: Page) -> None:
    arrived = asyncio.Event()

    async def let_through(route: Route) -> None:
        await arrived.wait()
        await route.continue_()

    await anna.route("**/page/upload*", let_through)
    await page_actions.command(anna, "/imi-import")
    form = dialog(anna)
    file = FilePayload(name="users.csv", mimeType="text/csv", buffer=CSV.encode())
    await form.locator('input[type="file"]').set_input_files(file)

    await press(anna, "Check")
    await expect(form.get_by_role("button", name=danish("Check"))).to_be_disabled()
    arrived.set()

    await expect(form.get_by_role("button", name="Registrer 1", exact=True)).to_be_visible()


async def test_the_refused_rows_of_an_import_are_a_table_to_sort_and_page_through(  # R12
    anna: Page,
) -> None:
    await page_actions.command(anna, "/imi-import")
    form = dialog(anna)
    content = (CSV + REFUSED_ROWS).encode()
    file = FilePayload(name="users.csv", mimeType="text/csv", buffer=content)
    await form.locator('input[type="file"]').set_input_files(file)
    await press(anna, "Check")
    await form.get_by_role("button", name="Registrer 1", exact=True).click()
    await expect(form).to_contain_text("1 bruger er registreret")
    await form.locator("footer").get_by_role("button", name=danish("Close")).click()

    messages = await dm_of(anna)

    table = messages.get_by_role("table", name=danish("Refused rows"))
    rows = table.locator("tbody tr")
    await expect(rows).to_have_count(10)
    await expect(rows.first.get_by_role("rowheader")).to_have_text("3")
    await messages.get_by_role("button", name="Next rows").click()
    await expect(rows).to_have_count(2)
    heading = table.get_by_role("columnheader", name=danish("Row"))
    await heading.get_by_role("button").click()
    await heading.get_by_role("button").click()
    await expect(heading).to_have_attribute("aria-sort", "descending")
    # As a number: 14 comes before 9.
    await expect(rows.first.get_by_role("rowheader")).to_have_text("14")
    assert await findings(messages) == []
