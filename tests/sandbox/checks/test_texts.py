"""Tests that invalid texts and dialogs are refused with a pointer to the problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.checks.views import view_problems
from tests.sandbox.builders import actions, button, modal, plain_text, section

if TYPE_CHECKING:
    from sandbox.json_types import Json

CONFIRM = {
    "title": plain_text("Sure?"),
    "text": plain_text("Really"),
    "confirm": plain_text("Yes"),
}

INVALID: list[tuple[str, Json, str]] = [
    ("empty text", modal(section("")), "/blocks/0/text/text"),
    ("text that is not an object", modal(section("a") | {"text": "a"}), "/blocks/0/text"),
    (
        "number as text",
        modal({"type": "header", "text": plain_text("a") | {"text": 1}}),
        "/text/text",
    ),
    ("empty confirmation", modal(actions(button(confirm={}))), "/confirm]"),
    (
        "long confirmation button",
        modal(actions(button(confirm=CONFIRM | {"deny": plain_text("a" * 31)}))),
        "deny",
    ),
    ("confirmation that is not an object", modal(actions(button(confirm="a"))), "/confirm"),
    (
        "unknown confirmation style",
        modal(actions(button(confirm=CONFIRM | {"style": "a"}))),
        "/style",
    ),
]


@pytest.mark.parametrize(
    ("view", "place"), [case[1:] for case in INVALID], ids=[case[0] for case in INVALID]
)
def test_an_invalid_text_is_refused_with_the_place_of_the_problem(view: Json, place: str) -> None:
    problems = view_problems(view, "modal")

    assert any(place in problem for problem in problems), problems
