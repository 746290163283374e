"""Tests of `/imi-reset` without a name, which asks an administrator for the colleague."""

from bot.demo.demo import Demo
from core.languages.texts import texts
from tests.handlers.demo_actions import ANNA, JONAS, register, view_text
from tests.handlers.form_filling import KARIN

_ = texts("da").gettext


async def test_without_a_name_an_administrator_picks_the_colleague(demo: Demo) -> None:  # R16
    jonas = await register(demo, member=JONAS)
    await demo.slack.close(ANNA)
    await demo.slack.command(ANNA, "/imi-reset")

    found = await demo.slack.suggest(ANNA, "user_search:reset", "jonas")
    assert str(found.body).count("'value'") == 1
    assert f"'value': '{jonas.id}'" in str(found.body)
    await demo.slack.fill(ANNA, {"user_search:reset": str(jonas.id)})

    await demo.slack.until(lambda: _("Reset the password?") in view_text(demo))
    assert jonas.email in view_text(demo)


async def test_without_a_name_an_ordinary_user_requests_a_new_password(demo: Demo) -> None:  # R67
    await register(demo, member=JONAS)

    await demo.slack.command(JONAS, "/imi-reset")

    assert _("Request a new password") in view_text(demo, JONAS)
    assert "user_search" not in view_text(demo, JONAS)


async def test_an_access_manager_resets_an_administrator_of_a_managed_authority_by_name(
    demo: Demo,
) -> None:  # D11
    for text in ("aholm", "anna holm", f"<@{ANNA}>"):
        await demo.slack.command(KARIN, "/imi-reset", text)

        assert texts("en").gettext("Reset the password?") in view_text(demo, KARIN)
        assert "anna.holm@sundhed.example" in view_text(demo, KARIN)
        await demo.slack.close(KARIN, clear=True)


async def test_an_access_manager_resets_no_ordinary_user_of_a_managed_authority(
    demo: Demo,
) -> None:  # D11
    jonas = await register(demo, member=JONAS)
    for text in (jonas.username, f"<@{JONAS}>", jonas.last_name):
        await demo.slack.command(KARIN, "/imi-reset", text)

        assert jonas.email not in view_text(demo, KARIN)
        await demo.slack.close(KARIN, clear=True)


async def test_a_sign_alone_finds_nobody(demo: Demo) -> None:
    await demo.slack.command(KARIN, "/imi-reset", "&")

    assert texts("en").gettext("Reset the password?") not in view_text(demo, KARIN)
