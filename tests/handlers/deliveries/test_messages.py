"""Tests of whole messages: the username to its user, and posts in the team channel."""

from dataclasses import replace

import pytest

from core.policy import UsernameDelivery
from core.rulebook import Rulebook
from handlers.deliveries.messages import new_user_message, username_message
from handlers.ui.messages import SlackMessage
from tests.handlers.block_kit import Json, actions, button, context, section
from tests.handlers.sample_values import HEALTH, IDA

PORTAL = "https://imi.authority.example/?lang=en"
NOTICE = "Your username for IMI is here. Open the message to see it."


@pytest.mark.parametrize(
    ("way", "shown"),
    [
        (UsernameDelivery.BLOCKS, section("section_1", "Your username: `imoeller`")),
        (
            UsernameDelivery.REVEAL,
            actions("reveal_username", button("reveal_username", "Show my username", value="me")),
        ),
    ],
)
def test_the_username_is_in_the_blocks_or_behind_a_button(
    way: UsernameDelivery, shown: Json
) -> None:  # C4, R55, D10
    assert username_message(IDA, HEALTH, way, PORTAL) == SlackMessage(
        NOTICE,
        [
            section(
                "section_0",
                ":wave: Hello Ida Møller. You have an account in IMI."
                " Authority: Health &amp; Care.",
            ),
            shown,
            section(
                "section_2",
                "You will receive a temporary password by e-mail. Sign in with username"
                " and password and choose your own password.",
            ),
            actions("open_portal", button("open_portal", "Open the portal", url=PORTAL)),
            context("context_4", "Keep the username to yourself. IMI never sends it by e-mail."),
        ],
    )


def test_the_channel_post_names_user_administrator_and_roles(rulebook: Rulebook) -> None:  # C5
    anna = replace(IDA, id=1, first_name="Anna", last_name="<!channel>", language="en")

    text = (
        "New user in IMI: Ida Møller. Authority: Health &amp; Care. Added by: Anna"
        " &lt;!channel&gt;."
    )
    assert new_user_message(IDA, HEALTH, anna, rulebook.catalogue) == SlackMessage(
        text,
        [
            section("section_0", f":bust_in_silhouette: {text}"),
            section("section_1", "• Administrator\n• Patients' rights: Basic user"),
        ],
    )


def test_the_post_about_a_first_user_names_no_administrator(rulebook: Rulebook) -> None:  # R8, C5
    text = "New user in IMI: Ida Møller. Authority: Health &amp; Care."

    assert new_user_message(
        replace(IDA, roles=()), HEALTH, None, rulebook.catalogue
    ) == SlackMessage(text, [section("section_0", f":bust_in_silhouette: {text}")])


def test_the_channel_post_is_in_the_administrators_language(rulebook: Rulebook) -> None:  # D20
    anna = replace(IDA, id=1, language="da")

    message = new_user_message(IDA, HEALTH, anna, rulebook.catalogue)

    assert "Patientrettigheder: Basisbruger" in message.blocks[1]["text"]["text"]
