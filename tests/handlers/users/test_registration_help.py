"""Tests of `/imi-adduser help`."""

import pytest

from bot.demo.demo import Demo
from core.languages.texts import texts
from handlers.commands import help_text
from tests.handlers.demo_actions import ANNA, JONAS, last_answer, register

# The answers to a guest, and to a member who reads Greek.
TOLD = {
    ("U0GUEST", "en"): (
        "Guests of the workspace cannot have or manage accounts in IMI. Ask the owner"
        " of the workspace for full membership."
    ),
    ("U0NIKOS", "el"): (
        "You have no account in IMI yet. Ask an administrator of your authority to add you."
    ),
}


async def help_answer(demo: Demo, member: str) -> str:
    await demo.slack.command(member, "/imi-adduser", "help")
    return last_answer(demo, member)


async def test_help_explains_the_command_to_an_administrator(demo: Demo) -> None:
    assert await help_answer(demo, ANNA) == help_text("/imi-adduser", "da")
    assert demo.slack.view(ANNA) is None


@pytest.mark.parametrize(("reader", "reason"), TOLD.items())
async def test_help_explains_why_the_command_is_refused(  # R38, D20, D21
    demo: Demo, reader: tuple[str, str], reason: str
) -> None:
    member, language = reader
    told = f"{help_text('/imi-adduser', language)}\n{texts(language).gettext(reason)}"
    assert await help_answer(demo, member) == told


async def test_help_refers_an_ordinary_user_to_the_administrators(demo: Demo) -> None:  # R38
    await register(demo, member=JONAS)

    ask = texts("da").gettext(
        "Only an administrator of your authority can do this. Ask one of your administrators."
    )
    assert await help_answer(demo, JONAS) == f"{help_text('/imi-adduser', 'da')}\n{ask}"


def test_help_is_plain_text() -> None:
    assert help_text("/imi-adduser", "en").splitlines() == [
        "*/imi-adduser*",
        "opens a form to register a colleague in IMI.",
        "1. Choose the colleague in Slack, or type name, e-mail and working language.",
        (
            "2. Tick the roles, module by module. Give only the rights that the user's"
            " responsibilities require."
        ),
        "3. Check the proposed username, change it if you wish, and save.",
        "The username is sent by Slack message, a temporary password by e-mail.",
        "For example: `/imi-adduser`",
    ]
