"""The Home tab, whole, as Slack gets it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.deliveries.rules import Reason, State
from core.languages.texts import texts
from core.passwords.rules import AccountState, PasswordState, Standing
from core.rulebook import Rulebook
from handlers.home import views
from handlers.home.views import Frame, Overview, account_words, password_words
from tests.handlers.samples import HEALTH, IDA, USERNAME_WAITS
from tests.handlers.shapes import actions, button, context, divider, header, section
from tests.times import NOON

PORTAL = actions(
    "open_portal",
    button("open_portal", "Open the portal", url="https://imi.example/?lang=en"),
)
WAITING_FOR_MAIL = context("own_password", "Your own password: :hourglass: temporary password")
FAILED = replace(USERNAME_WAITS, state=State.FAILED, reason=Reason.SLACK_REFUSED)


def frame(rulebook: Rulebook) -> Frame:
    return Frame(NOON, "UTC", "https://imi.example", rulebook.catalogue)


def test_an_administrator_sees_what_needs_attention_then_the_users(
    rulebook: Rulebook,
) -> None:  # R39, R76-R78
    ib = replace(IDA, id=8, first_name="*Ib*", roles=(), last_signed_in_at=NOON)
    overview = Overview(IDA, HEALTH, (ib, IDA), ((FAILED, "Ida Møller"),), 1, 2)

    drawn = views.for_administrator(overview, frame(rulebook))

    assert drawn == {
        "type": "home",
        "blocks": [
            header("Users of Health & Care"),
            actions(
                "home_add_user",
                button("home_add_user", "Add a user", value="add", style="primary"),
            ),
            section(
                "section_2",
                ":warning: Your authority has only one administrator."
                " Add a second one who can stand in.",
            ),
            section(
                "section_3",
                ":x: *Ida Møller* · Username by Slack message:"
                " Slack refused it; ask whoever runs the bot",
                accessory=button("send_again", "Send again", value="3"),
            ),
            divider(4),
            section(
                "user_8",
                "*\u2060*\u2060Ib\u2060*\u2060 Møller*\n"
                "new: has never signed in · :hourglass: temporary password ·"
                " last sign-in 2 Mar 2026 12:00 UTC\n"
                "• No roles yet.",
            ),
            section(
                "user_7",
                "*Ida Møller*\nnew: has never signed in · :hourglass: temporary password\n"
                "• Administrator\n• Patients' rights: Basic user",
            ),
            divider(7),
            WAITING_FOR_MAIL,
            PORTAL,
        ],
    }


def test_a_user_sees_their_own_account(rulebook: Rulebook) -> None:
    until = NOON + timedelta(days=30)
    standing = Standing(NOON, None, NOON, until, temporary=False)

    drawn = views.for_user(replace(IDA, standing=standing), frame(rulebook))

    blocks = drawn["blocks"]
    assert blocks[:3] == [
        header("Your account in IMI"),
        section("section_1", "*Ida Møller*\n• Administrator\n• Patients' rights: Basic user"),
        divider(2),
    ]
    assert blocks[3] == context(
        "own_password", "Your own password: :white_check_mark: valid password, until April 1, 2026"
    )


def test_somebody_else_reads_one_thing() -> None:
    drawn = views.for_nobody("Ask.")

    assert drawn == {"type": "home", "blocks": [section("section_0", "Ask.")]}


@pytest.mark.parametrize("language", ["en", "da"])
def test_each_state_has_words_of_its_own(language: str) -> None:  # R76-R78
    t = texts(language)

    said = [account_words(state, t) for state in AccountState]
    said += [password_words(state, t) for state in PasswordState]

    assert len(set(said)) == len(AccountState) + len(PasswordState)
