"""Tests of one's own account in Slack."""

from bot.demo.demo import Demo
from core.languages.texts import texts
from tests.handlers.demo_actions import ANNA, JONAS, blocks_of, home_text, register, view_text

_ = texts("da").gettext
NO_USERNAME = (
    "This text can be sent by e-mail, and no e-mail may contain a username. Leave the username"
    " out of it."
)


async def jonas_at(demo: Demo) -> None:
    """Register Jonas, and open his account."""
    await register(demo, member=JONAS, roles_PR=["PR:BASIC"])
    await demo.slack.command(JONAS, "/imi-me")
    assert "own_password" in blocks_of(demo, JONAS)


async def test_a_user_sees_their_own_account(demo: Demo) -> None:
    await jonas_at(demo)

    text = view_text(demo, JONAS)
    assert "jonas.oestergaard@sundhed.example" in text
    assert "Patientrettigheder: Basisbruger" in text


async def test_a_user_can_reveal_their_own_username(demo: Demo) -> None:  # D10
    await jonas_at(demo)

    await demo.slack.click(JONAS, "reveal_username")

    assert _("Your username: `{username}`", username="joestergaard") in view_text(demo, JONAS)


async def test_a_new_password_is_requested_from_the_card(demo: Demo) -> None:  # D11
    await jonas_at(demo)

    await demo.slack.click(JONAS, "ask_reset")
    await demo.slack.submit(JONAS)

    await demo.slack.until(lambda: "reset_approve" in str(demo.slack.messages(ANNA)))


async def test_a_new_password_is_requested_from_home(demo: Demo) -> None:  # D11
    await register(demo, member=JONAS)
    await demo.slack.open_home(JONAS)
    await demo.slack.until(lambda: demo.slack.home(JONAS) is not None)
    assert "ask_reset" in home_text(demo, JONAS)

    await demo.slack.click(JONAS, "ask_reset", "home")

    assert "Anna Holm" in view_text(demo, JONAS)


async def test_a_reported_detail_reaches_the_administrators(demo: Demo) -> None:  # R59
    await jonas_at(demo)

    await demo.slack.click(JONAS, "report_detail")
    await demo.slack.fill(JONAS, {"report": "Mit *navn*\nstaves forkert"})
    await demo.slack.submit(JONAS)

    assert "1 administrator" in view_text(demo, JONAS)
    await demo.slack.until(lambda: "staves forkert" in str(demo.slack.messages(ANNA)))
    await demo.slack.click(ANNA, "edit_user", ANNA)
    await demo.slack.until(lambda: "first_name:0" in blocks_of(demo))


async def test_an_empty_report_is_refused_at_its_field(demo: Demo) -> None:
    await jonas_at(demo)
    await demo.slack.click(JONAS, "report_detail")
    await demo.slack.fill(JONAS, {"report": "   "})

    answer = await demo.slack.submit(JONAS)

    assert answer.errors == {"report": _("Please fill in this field.")}


async def test_the_only_administrator_cannot_report_a_wrong_detail(demo: Demo) -> None:
    await demo.slack.command(ANNA, "/imi-me")
    await demo.slack.click(ANNA, "report_detail")
    await demo.slack.fill(ANNA, {"report": "Forkert"})

    await demo.slack.submit(ANNA)

    assert _("Your authority has no other administrator. Contact its access manager.") in view_text(
        demo
    )


async def test_a_report_with_the_username_is_refused_at_its_field(  # R55, C4, D10
    demo: Demo,
) -> None:
    await jonas_at(demo)
    await demo.slack.click(JONAS, "report_detail")
    await demo.slack.fill(JONAS, {"report": "My username joestergaard is misspelt"})

    answer = await demo.slack.submit(JONAS)

    assert answer.errors == {"report": _(NO_USERNAME)}
