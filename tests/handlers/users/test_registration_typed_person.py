"""Tests of `/imi-adduser` with a name, an address or a Slack member after it."""

import pytest

from bot.demo.demo import Demo
from handlers.ui.person_fields import UserDraft
from handlers.users.typed_person import draft_of
from tests.handlers.demo_actions import ANNA, JONAS, blocks_of, view_text


async def test_a_typed_name_is_in_the_form(demo: Demo) -> None:  # R38, R41, R42
    await demo.slack.command(ANNA, "/imi-adduser", "Ida  Møller Berg ida@sundhed.example")

    elements = [block["element"] for block in blocks_of(demo).values() if "element" in block]
    typed = {one["action_id"]: one.get("initial_value") for one in elements}
    assert (typed["first_name"], typed["last_name"]) == ("Ida", "Møller Berg")
    assert typed["email"] == "ida@sundhed.example"


async def test_a_mentioned_member_fills_in_the_form(demo: Demo) -> None:  # D21
    await demo.slack.command(ANNA, "/imi-adduser", f"<@{JONAS}|jonas>")

    assert "Jonas" in view_text(demo)
    assert f'"initial_user": "{JONAS}"' in view_text(demo)


@pytest.mark.parametrize(
    ("text", "language", "draft"),
    [
        ("", "da", UserDraft("da")),
        ("Ida", "da", UserDraft("da", first_name="Ida")),
        ("Kovács Anna Mária", "hu", UserDraft("hu", first_name="Anna Mária", last_name="Kovács")),
        ("Kovács", "hu", UserDraft("hu", last_name="Kovács")),
        ("<mailto:a@b.example|a@b.example>", "de", UserDraft("de", email="a@b.example")),
        ("x" * 90 + " " + "y" * 90, "en", UserDraft("en", first_name="x" * 80, last_name="y" * 80)),
    ],
)
def test_the_typed_text_is_read_as_its_language_writes_it(
    text: str, language: str, draft: UserDraft
) -> None:  # D25
    assert draft_of(text, language) == draft
