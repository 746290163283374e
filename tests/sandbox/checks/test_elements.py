"""Tests that invalid elements are refused with a pointer to the problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.checks.views import view_problems
from tests.sandbox.builders import (
    actions,
    button,
    input_block,
    modal,
    option,
    plain_text,
    section,
    text_input,
)

if TYPE_CHECKING:
    from sandbox.json_types import Json

OPTIONS = [option("one"), option("two")]

INVALID: list[tuple[str, Json, str]] = [
    ("element that is not an object", modal(text_input("a") | {"element": "a"}), "/element"),
    ("long action id", modal(actions(button(action_id="a" * 256))), "/elements/0/action_id"),
    ("button in input", modal(input_block("button")), "/element/type"),
    ("input in actions", modal(actions({"type": "plain_text_input"})), "/elements/0/type"),
    ("video as accessory", modal(section("a") | {"accessory": {"type": "video"}}), "/accessory"),
    ("long button text", modal(actions(button(text=plain_text("a" * 76)))), "/text/text"),
    ("long button value", modal(actions(button(value="a" * 2001))), "/value"),
    ("unknown button style", modal(actions(button(style="loud"))), "/style"),
    ("11 files", modal(input_block("file_input", max_files=11)), "/max_files"),
    ("no files", modal(input_block("file_input", max_files=0)), "/max_files"),
    ("no file types", modal(input_block("file_input", filetypes=[])), "/filetypes"),
    ("file types with dots", modal(input_block("file_input", filetypes=[".csv"])), "/filetypes"),
    (
        "file input with placeholder",
        modal(input_block("file_input", placeholder=plain_text("a"))),
        "property",
    ),
    ("file input in actions", modal(actions({"type": "file_input"})), "/elements/0/type"),
    (
        "unknown initial option",
        modal(input_block("static_select", options=OPTIONS, initial_option=option("three"))),
        "/initial_option",
    ),
    (
        "unknown initial options",
        modal(input_block("checkboxes", options=OPTIONS, initial_options=[option("three")])),
        "/initial_options",
    ),
    (
        "no initial options",
        modal(input_block("checkboxes", options=OPTIONS, initial_options=[])),
        "/initial_options",
    ),
    (
        "long placeholder",
        modal(text_input("a", placeholder=plain_text("a" * 151))),
        "/placeholder/text",
    ),
    ("max_length above the limit", modal(text_input("a", max_length=3001)), "/max_length"),
    (
        "min_length above max_length",
        modal(text_input("a", min_length=5, max_length=2)),
        "/max_length",
    ),
    ("negative min_length", modal(text_input("a", min_length=-1)), "/min_length"),
    (
        "long initial value",
        modal(text_input("a", max_length=1, initial_value="ab")),
        "/initial_value",
    ),
    ("invalid date", modal(input_block("datepicker", initial_date="tomorrow")), "/initial_date"),
    (
        "max_selected_items of 0",
        modal(input_block("multi_users_select", max_selected_items=0)),
        "/max_selected",
    ),
    (
        "initial values above max_selected_items",
        modal(input_block("multi_users_select", max_selected_items=1, initial_users=["U1", "U2"])),
        "/initial_users",
    ),
    (
        "unknown dispatch trigger",
        modal(text_input("a", dispatch_action_config={"trigger_actions_on": ["on_sneeze"]})),
        "/dispatch_action_config",
    ),
]


@pytest.mark.parametrize(
    ("view", "place"), [case[1:] for case in INVALID], ids=[case[0] for case in INVALID]
)
def test_an_invalid_element_is_refused_with_the_place_of_the_problem(
    view: Json, place: str
) -> None:
    problems = view_problems(view, "modal")

    assert any(place in problem for problem in problems), problems
