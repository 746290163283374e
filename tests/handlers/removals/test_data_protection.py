"""Tests that a removed user has no access and is in no list."""

from bot.demo.demo import Demo
from core.languages.texts import texts
from tests.bot.delivery_worker import password_in
from tests.bot.portal.browser import Browser
from tests.handlers.demo_actions import ANNA, JONAS, last_answer, register, view_text

_ = texts("da").gettext
OWN = "Quiet-harbour-47"


async def signed_in(demo: Demo, browser: Browser, username: str, address: str) -> None:
    """Sign in with the mailed password, and choose one of one's own."""
    await demo.slack.until(lambda: any(address in mail.recipients for mail in demo.slack.mails))
    (mail,) = [mail for mail in demo.slack.mails if address in mail.recipients]
    await browser.sign_in(username, password_in(mail.plain or ""))
    await browser.choose(OWN)
    assert (await browser.get("/account")).says("Jonas Østergård")


async def test_a_removed_user_has_no_access_and_is_in_no_list(
    demo: Demo,
) -> None:  # R65, R66, D14
    jonas = await register(demo, member=JONAS)
    async with Browser(demo.settings.imi_public_url) as browser:
        await signed_in(demo, browser, jonas.username, jonas.email)
        await demo.slack.close(ANNA)
        await demo.slack.command(ANNA, "/imi-removeuser", "jonas")
        await demo.slack.submit(ANNA)

        assert not (await browser.get("/account")).says("Jonas Østergård")
        assert (await browser.sign_in(jonas.username, OWN)).status == 401
    await demo.slack.command(JONAS, "/imi-me")
    assert demo.slack.view(JONAS) is None
    assert last_answer(demo, JONAS) == _(
        "You have no account in IMI yet. Ask an administrator of your authority to add you."
    )
    await demo.slack.close(ANNA, clear=True)
    await demo.slack.command(ANNA, "/imi-users")
    assert "Anna Holm" in view_text(demo)
    assert "Jonas" not in view_text(demo)
