"""Tests that views are refused if Slack would refuse them, and accepted otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.checks.views import view_problems
from tests.sandbox.builders import form, modal, plain_text, section, text_input

if TYPE_CHECKING:
    from sandbox.json_types import Json

INVALID: list[tuple[str, Json, str]] = [
    ("no title", {k: v for k, v in modal(section("a")).items() if k != "title"}, "/view]"),
    ("long title", modal(section("a"), title=plain_text("a" * 25)), "/title/text"),
    ("long submit", modal(section("a"), submit=plain_text("a" * 25)), "/submit/text"),
    ("mrkdwn title", modal(title={"type": "mrkdwn", "text": "a"}), "/title/type"),
    ("input without submit", modal(text_input("a"), submit=None), "submit"),
    ("long metadata", modal(section("a"), private_metadata="a" * 3001), "/private_metadata"),
    ("long callback id", modal(section("a"), callback_id="a" * 256), "/callback_id"),
    ("unknown key", modal(section("a"), colour="red"), "colour"),
]


@pytest.mark.parametrize(
    ("view", "place"), [case[1:] for case in INVALID], ids=[case[0] for case in INVALID]
)
def test_an_invalid_view_is_refused_with_the_place_of_the_problem(view: Json, place: str) -> None:
    problems = view_problems(view, "modal")

    assert any(place in problem for problem in problems), problems


def test_a_complete_form_is_valid() -> None:
    assert view_problems(form(), "modal") == []


def test_a_home_tab_may_have_inputs_without_a_submit_button() -> None:
    assert view_problems({"type": "home", "blocks": [text_input("what")]}, "home") == []


def test_a_home_tab_has_no_title() -> None:
    view = {"type": "home", "blocks": [], "title": plain_text("Home")}

    assert "title" in view_problems(view, "home")[0]
