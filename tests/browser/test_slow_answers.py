"""Tests of the page while it waits for the answer to a submitted form.

The workspace may have changed by then, so that the page already draws the next step.
"""

import asyncio

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from bot.demo.demo import Demo
from tests.browser import page_actions
from tests.browser.page_actions import dialog, field
from tests.handlers.demo_actions import JONAS

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

KARIN = "U0KARIN"
FIRST_STEP, SECOND_STEP = "official_name", "first_user_member"


class SlowAnswer:
    """Keeps the answers to submitted forms from the page until they are released.

    With `unsent`, the forms do not even reach the workspace before that.
    """

    def __init__(self, *, unsent: bool = False) -> None:
        self._unsent = unsent
        self.submitted = asyncio.Event()
        self._released = asyncio.Event()

    async def hold(self, page: Page) -> None:
        """Keep answers from now on."""
        await page.route("**/page/act", self._answer)

    def release(self) -> None:
        """Let all answers through."""
        self._released.set()

    async def _answer(self, route: Route) -> None:
        is_submission = '"act":"submit"' in (route.request.post_data or "")
        if is_submission and self._unsent:
            await self._wait()
        response = await route.fetch()
        if is_submission:
            await self._wait()
        await route.fulfill(response=response)

    async def _wait(self) -> None:
        self.submitted.set()
        await self._released.wait()


async def _submit_first_step(browser: BrowserContext, demo: Demo, answer: SlowAnswer) -> Page:
    """Submit the first step of registering an authority; its answer is kept from the page."""
    karin = await page_actions.open_slack_as(browser, demo, KARIN)
    await page_actions.command(karin, "/imi-registerauthority")
    form = dialog(karin)
    await field(form, FIRST_STEP).fill("Østby Kommune")
    await field(form, "authority_email").fill("post@oestby.example")
    await form.locator('input[value="SD"]').check()
    await answer.hold(karin)
    await form.get_by_role("button", name="Next", exact=True).click()
    await answer.submitted.wait()
    return karin


async def test_a_choice_made_before_the_answer_arrives_is_sent_after_it(
    browser: BrowserContext, demo: Demo
) -> None:
    answer = SlowAnswer()
    form = dialog(await _submit_first_step(browser, demo, answer))
    await field(form, SECOND_STEP).select_option(JONAS)

    answer.release()

    await expect(field(form, "first_name")).to_have_value("Jonas")


async def test_a_modal_closed_before_the_answer_arrives_is_closed_after_it(
    browser: BrowserContext, demo: Demo
) -> None:
    answer = SlowAnswer()
    form = dialog(await _submit_first_step(browser, demo, answer))
    await expect(field(form, SECOND_STEP)).to_be_visible()
    await form.get_by_role("button", name="Dismiss", exact=True).click()

    answer.release()

    await expect(form).to_have_count(0)


async def test_closing_a_form_does_not_close_the_step_that_replaces_it(
    browser: BrowserContext, demo: Demo
) -> None:
    answer = SlowAnswer(unsent=True)
    form = dialog(await _submit_first_step(browser, demo, answer))
    await form.get_by_role("button", name="Dismiss", exact=True).click()

    answer.release()

    await field(form, SECOND_STEP).select_option(JONAS)
    await expect(field(form, "first_name")).to_have_value("Jonas")
