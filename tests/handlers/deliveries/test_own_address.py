"""Tests that changes of a user's account are notified at the user's own e-mail address."""

from bot.demo.demo import Demo
from core.languages.texts import texts
from tests.handlers.demo_actions import ANNA, IDA, register

_ = texts("da").gettext


def notices_to(demo: Demo, address: str) -> int:
    """Return how many mails about changed roles went to this address alone."""
    subject = _("Your roles in IMI have been changed")
    return sum(
        subject in mail.subject and mail.recipients == (address,) for mail in demo.slack.mails
    )


async def test_changed_roles_are_notified_at_the_users_own_address(demo: Demo) -> None:  # R32, D19
    await register(demo, first_name="Ib", email="ib@sundhed.example")
    await demo.slack.close(ANNA)
    await register(demo)
    await demo.slack.close(ANNA)
    await demo.slack.command(ANNA, "/imi-roles", "ida")
    await demo.slack.fill(ANNA, {"roles_PR": ["PR:BASIC"]})
    await demo.slack.submit(ANNA)
    await demo.slack.submit(ANNA)

    await demo.slack.until(lambda: notices_to(demo, IDA["email"]) == 1)
    assert notices_to(demo, "ib@sundhed.example") == 0
