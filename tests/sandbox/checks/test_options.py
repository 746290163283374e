"""Tests that invalid options are refused with a pointer to the problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.checks.views import view_problems
from tests.sandbox.builders import input_block, modal, option

if TYPE_CHECKING:
    from sandbox.json_types import Json

OPTIONS = [option("one"), option("two")]

INVALID: list[tuple[str, Json, str]] = [
    ("no options", modal(input_block("static_select")), "options"),
    ("101 options", modal(input_block("static_select", options=[OPTIONS[0]] * 101)), "/options]"),
    ("11 checkboxes", modal(input_block("checkboxes", options=[OPTIONS[0]] * 11)), "/options]"),
    (
        "11 radio buttons",
        modal(input_block("radio_buttons", options=[OPTIONS[0]] * 11)),
        "/options]",
    ),
    (
        "long option text",
        modal(input_block("static_select", options=[option("a" * 76)])),
        "/text/text",
    ),
    (
        "long option value",
        modal(input_block("static_select", options=[OPTIONS[0] | {"value": "a" * 151}])),
        "/options/0/value",
    ),
    (
        "option that is not an object",
        modal(input_block("static_select", options=["a"])),
        "/options/0",
    ),
    (
        "options beside groups",
        modal(input_block("static_select", options=OPTIONS, option_groups=[])),
        "only one of",
    ),
    (
        "group without label",
        modal(input_block("static_select", option_groups=[{"options": OPTIONS}])),
        "/option_groups/0/label",
    ),
]


@pytest.mark.parametrize(
    ("view", "place"), [case[1:] for case in INVALID], ids=[case[0] for case in INVALID]
)
def test_an_invalid_option_is_refused_with_the_place_of_the_problem(view: Json, place: str) -> None:
    problems = view_problems(view, "modal")

    assert any(place in problem for problem in problems), problems
