"""Tests of the modal that confirms a change of a user."""

from dataclasses import replace

import pytest

from core.deliveries.rules import DeliveryKind, DeliveryState, FailureReason
from core.users.rules import User
from handlers.ui.user_confirmation import ConfirmationType, confirmation_type_of, confirmation_view
from tests.handlers.block_kit import Json, actions, button, modal, section
from tests.handlers.sample_values import IDA, WAITING_USERNAME
from tests.times import NOON

REFRESH = button("refresh", "Refresh", value="7")
EDIT = button("edit_user", "Edit details", value="7")
TOLD = button("username_told", "I have passed on the username", value="7", style="primary")
MAIL = replace(WAITING_USERNAME, kind=DeliveryKind.TEMPORARY_PASSWORD)
FAILED = replace(WAITING_USERNAME, state=DeliveryState.FAILED, reason=FailureReason.MEMBER)


def test_the_confirmation_shows_the_username_and_what_happens_next() -> None:  # R54, D10
    drawn = confirmation_view(IDA, (WAITING_USERNAME,), "en")

    assert drawn == modal(
        "adduser_saved",
        ("User added", "Close"),
        '{"user":7,"occasion":"added"}',
        section("section_0", ":white_check_mark: *User registered: Ida Møller*"),
        section("section_1", "Username: `imoeller`"),
        section(
            "section_2",
            "The username is sent by Slack message, a temporary password by e-mail. At"
            " the first sign-in the user chooses a password, and the account turns from"
            " new to active.",
        ),
        section("delivery_username", ":hourglass: Username by Slack message: on its way"),
        actions("saved_buttons", REFRESH, EDIT),
    )


def test_without_a_slack_account_the_administrator_hands_over_the_username() -> None:  # D10
    drawn = confirmation_view(replace(IDA, member=None), (), "en")

    assert drawn["blocks"][2:] == [
        section(
            "section_2",
            "The user has no Slack account here. Tell the user the username in person"
            " or by phone, never by e-mail. A temporary password will be sent by"
            " e-mail.",
        ),
        actions("saved_buttons", REFRESH, EDIT, TOLD),
    ]


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (IDA, [REFRESH, EDIT, TOLD]),
        # Who has signed in knows the username, unless it was changed since.
        (replace(IDA, last_signed_in_at=NOON), [REFRESH, EDIT, TOLD]),
        (replace(IDA, username_handed_over_at=NOON), [REFRESH, EDIT]),
    ],
)
def test_after_a_failed_delivery_the_username_is_handed_over_in_person(
    user: User, expected: list[Json]
) -> None:  # R54
    drawn = confirmation_view(user, (FAILED,), "en")

    assert drawn["blocks"][-1] == actions("saved_buttons", *expected)
    assert drawn["blocks"][-2]["accessory"] == button("send_again", "Send again", value="3")


def test_a_reset_confirmation_shows_the_mail_but_no_username() -> None:  # R68, D4
    drawn = confirmation_view(IDA, (WAITING_USERNAME, MAIL), "en", ConfirmationType.RESET)

    assert drawn["title"]["text"] == "Password reset"
    assert [block["block_id"] for block in drawn["blocks"][2:]] == [
        "delivery_temporary_password",
        "saved_buttons",
    ]
    assert IDA.username not in str(drawn)


def test_the_state_of_messages_can_be_viewed() -> None:
    drawn = confirmation_view(IDA, (), "en", ConfirmationType.STATUS)

    assert drawn["blocks"][2]["text"]["text"] == "Nothing has been sent yet."
    full = confirmation_view(IDA, (MAIL,), "en", ConfirmationType.STATUS)
    assert full["blocks"][2]["block_id"] == "delivery_temporary_password"


@pytest.mark.parametrize(("text", "occasion"), [("", "added"), ("x", "added"), ("reset", "reset")])
def test_the_confirmation_type_is_kept_in_the_metadata(text: str, occasion: str) -> None:
    assert confirmation_type_of(text) == occasion
