"""Browser tests of authorities: editing, translating titles, registering, granting a module."""

import re

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from bot.demo.demo import Demo
from core.languages.texts import texts
from tests.browser import page_actions
from tests.browser.page_actions import block, danish, dialog, field
from tests.handlers.demo_actions import ANNA, JONAS

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

KARIN, PETRA, EUROPE = "U0KARIN", "U0PETRA", "C0EUROPE"
TOWN = "post@oestby.example"
PERSON = {"first_name": "Jonas", "last_name": "Østergård", "email": "jonas@oestby.example"}
OWN = "Quiet-harbour-47"
MODULES = texts("da").pgettext("tab", "Modules")


async def button(scope: Page | Locator, name: str) -> None:
    """Press the button of exactly this name."""
    await scope.get_by_role("button", name=name, exact=True).click()


async def choose_keyword(page: Page, action_id: str, text: str) -> None:
    """Search for a keyword and pick the first suggestion of exactly this name."""
    search = field(dialog(page).last, action_id)
    await search.locator("input").or_(search).first.fill(text)
    await (
        page.locator(".suggestions")
        .get_by_role("option", name=re.compile(f"^{text}$", re.IGNORECASE))
        .first.click()
    )


async def test_input_in_all_tabs_is_kept_and_saved_together(  # R20-R23, R33
    browser: BrowserContext, demo: Demo
) -> None:
    anna = await page_actions.open_slack_as(browser, demo, ANNA)
    await page_actions.command(anna, "/imi-authority")
    await expect(dialog(anna)).to_contain_text("Vesterlands Sundhedsstyrelse")
    await button(dialog(anna), danish("Edit authority"))
    form = dialog(anna).last
    await field(form, "place").fill("Fjordby")
    await field(form, "phone").fill("12")
    await button(form, MODULES)
    await choose_keyword(anna, "keywords_PQ", "læge")
    await button(form, danish("Authority"))
    await expect(field(form, "place")).to_have_value("Fjordby")
    await button(form, MODULES)
    await expect(form).to_contain_text("Læge")
    # The save of all tabs shows the one with an error.
    await button(form, danish("Save"))
    await expect(block(form, "error_phone")).to_be_visible()
    await expect(field(form, "place")).to_have_value("Fjordby")
    await field(form, "phone").fill("33445566")
    await button(form, danish("Save"))
    await expect(block(form, "note")).to_contain_text(danish("Saved."))

    await demo.slack.close(ANNA, clear=True)
    anna = await page_actions.open_slack_as(browser, demo, ANNA)
    await page_actions.command(anna, "/imi-authority")
    await expect(block(dialog(anna), "data")).to_contain_text("Fjordby")
    await expect(block(dialog(anna), "module_PQ")).to_contain_text("Læge")


async def test_a_changed_title_is_translated_by_the_commission(  # R27, R29, D17
    browser: BrowserContext, demo: Demo
) -> None:
    anna = await page_actions.open_slack_as(browser, demo, ANNA)
    await button(anna, "Home")
    await button(anna.get_by_test_id("home"), danish("Authority"))
    form = dialog(anna)
    await field(form, "informal_title").fill("Sundhed og Omsorg")
    await field(form, "text_language").select_option("en")
    await form.locator('input[value="da"]').first.check()
    await form.locator('input[value="yes"]').check()
    await button(form, danish("Save"))
    await expect(block(form, "note")).to_contain_text(danish("Saved."))
    await demo.slack.until(lambda: "Sundhed og Omsorg" in str(demo.slack.messages(EUROPE)))

    petra = await page_actions.open_slack_as(browser, demo, PETRA, EUROPE)
    await expect(petra.locator("body")).to_contain_text("Anna Holm")
    await button(petra, "Translate")
    await field(dialog(petra), "title_da").fill("Pleje & Sundhed")
    await button(dialog(petra), "Save")
    await expect(dialog(petra)).to_contain_text("Thank you. The titles have been saved.")
    await expect(dialog(petra)).to_contain_text("22 languages are still to be filled in.")

    await demo.slack.close(ANNA, clear=True)
    anna = await page_actions.open_slack_as(browser, demo, ANNA)
    await page_actions.command(anna, "/imi-authority")
    await expect(block(dialog(anna), "data")).to_contain_text("Pleje & Sundhed")


async def test_an_authority_is_registered_and_its_first_user_signs_in(  # R6-R8, R18
    browser: BrowserContext, demo: Demo
) -> None:
    karin = await page_actions.open_slack_as(browser, demo, KARIN)
    await page_actions.command(karin, "/imi-registerauthority")
    form = dialog(karin)
    await field(form, "official_name").fill("Østby Kommune")
    await field(form, "informal_title").fill("Østby")
    await field(form, "authority_email").fill(TOWN)
    await form.locator('input[value="SD"]').check()
    await button(form, "Next")
    await field(form, "first_user_member").select_option(JONAS)
    # The profile fills in the form; what is typed before that would be replaced.
    await expect(field(form, "email")).not_to_have_value("")
    for name, value in PERSON.items():
        await field(form, name).fill(value)
    await field(form, "language").select_option("da")
    await button(form, "Register")
    await expect(form).to_contain_text(
        "The username is sent by Slack message, a temporary password"
    )

    jonas = await page_actions.open_slack_as(browser, demo, JONAS)
    await button(jonas, "IMI")
    await expect(jonas.get_by_text("joestergaard", exact=True)).to_be_visible()
    await button(jonas, "Mailbox")
    letter = await page_actions.newest_letter(jonas, PERSON["email"])
    async with jonas.expect_popup() as opened:
        await letter.link.click()
    portal = await opened.value
    await page_actions.sign_in(portal, "joestergaard", letter.password)
    await page_actions.choose(portal, OWN)

    await expect(portal).to_have_url(re.compile("/account"))
    await expect(portal.locator("main")).to_contain_text(danish("Administrator"))


async def test_a_granted_module_leads_to_its_role_being_given(  # R19, R61, D12
    browser: BrowserContext, demo: Demo
) -> None:
    karin = await page_actions.open_slack_as(browser, demo, KARIN)
    await page_actions.command(karin, "/imi-modules sundhed")
    form = dialog(karin)
    await block(form, "modules_0").locator('input[value="SD"]').check()
    await button(form, "Next")
    await expect(block(form, "changes")).to_contain_text("Services")
    await button(form, "Save")
    await expect(form).to_contain_text("Sundhedsstyrelsen")
    await demo.slack.until(lambda: "role_holders" in str(demo.slack.messages(ANNA)))

    anna = await page_actions.open_slack_as(browser, demo, ANNA)
    await button(anna, "IMI")
    await button(anna, danish("Assign this role"))

    await expect(dialog(anna)).to_contain_text("Tjenesteydelser")


async def test_every_user_finds_an_authority(browser: BrowserContext, demo: Demo) -> None:  # R2-R4
    anna = await page_actions.open_slack_as(browser, demo, ANNA)
    await page_actions.command(anna, "/imi-findauthority arbejdstilsynn")
    await expect(dialog(anna)).to_contain_text(danish("Similar spelling:"))
    await button(dialog(anna), danish("Show"))

    await expect(dialog(anna).last).to_contain_text("post@arbejde.example")
