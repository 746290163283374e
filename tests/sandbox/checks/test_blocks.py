"""Tests that invalid blocks are refused with a pointer to the problem."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from sandbox.checks.messages import check_message
from sandbox.checks.views import view_problems
from sandbox.errors import ApiError
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


def alert(text: str = "a", **more: str) -> Json:
    return {"type": "alert", "text": {"type": "mrkdwn", "text": text}, **more}


OPTIONS = [option("one"), option("two")]
CONFIRM = {
    "title": plain_text("Sure?"),
    "text": plain_text("Really"),
    "confirm": plain_text("Yes"),
}

INVALID: list[tuple[str, Json, str]] = [
    ("101 blocks", modal(*({"type": "divider"} for _ in range(101))), "/view/blocks]"),
    ("blocks that are not a list", modal(blocks={}), "must provide an array"),
    ("block that is not an object", modal(blocks=["a"]), "/blocks/0"),
    ("unknown block type", modal({"type": "carpet"}), "/blocks/0/type"),
    ("message block in a view", modal({"type": "markdown", "text": "a"}), "/blocks/0/type"),
    ("long alert", modal(alert("a" * 201)), "/blocks/0/text/text"),
    ("alert of an unknown level", modal(alert(level="loud")), "/blocks/0/level"),
    ("alert without a text", modal({"type": "alert"}), "text"),
    ("repeated block id", modal(text_input("a"), text_input("a")), "/blocks/1/block_id"),
    ("repeated action id", modal(actions(button(), button())), "/blocks/0/elements"),
    ("long block id", modal({"type": "divider", "block_id": "a" * 256}), "/blocks/0/block_id"),
    ("number as block id", modal({"type": "divider", "block_id": 1}), "/block_id"),
    ("long section", modal(section("a" * 3001)), "/blocks/0/text/text"),
    ("empty section block", modal({"type": "section"}), "/blocks/0"),
    ("11 fields", modal({"type": "section", "fields": [plain_text("a")] * 11}), "/fields]"),
    (
        "long header",
        modal({"type": "header", "text": plain_text("a" * 151)}),
        "/blocks/0/text/text",
    ),
    (
        "header with two lines",
        modal({"type": "header", "text": plain_text("a\nb")}),
        "/blocks/0/text",
    ),
    ("long label", modal(text_input("a") | {"label": plain_text("a" * 2001)}), "/label/text"),
    ("input without label", modal({"type": "input", "element": {}}), "label"),
    ("empty actions", modal(actions()), "/elements]"),
    ("26 buttons", modal(actions(*(button(action_id=str(n)) for n in range(26)))), "/elements]"),
    ("empty context", modal({"type": "context", "elements": []}), "/elements]"),
    (
        "11 elements in context",
        modal({"type": "context", "elements": [plain_text("a")] * 11}),
        "/elements]",
    ),
    (
        "image without alt text",
        modal({"type": "context", "elements": [{"type": "image"}]}),
        "alt_text",
    ),
    ("image without URL", modal({"type": "image", "alt_text": "a"}), "image_url"),
    (
        "two elements in focus",
        modal(text_input("a", focus_on_load=True), text_input("b", focus_on_load=True)),
        "focus_on_load",
    ),
]


@pytest.mark.parametrize(
    ("view", "place"), [case[1:] for case in INVALID], ids=[case[0] for case in INVALID]
)
def test_an_invalid_block_is_refused_with_the_place_of_the_problem(view: Json, place: str) -> None:
    problems = view_problems(view, "modal")

    assert any(place in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("block", "surfaces"),
    [
        (alert("Beware"), {"modal"}),
        ({"type": "markdown", "text": "a"}, {"message"}),
        ({"type": "divider"}, {"message", "modal", "home"}),
    ],
)
def test_a_block_stands_only_where_slack_accepts_it(block: Json, surfaces: set[str]) -> None:
    accepted = {kind for kind in ("modal", "home") if not view_problems(view_of(kind, block), kind)}
    with suppress(ApiError):
        check_message({"text": "a", "blocks": [block]})
        accepted.add("message")

    assert accepted == surfaces


def view_of(kind: str, block: Json) -> Json:
    return modal(block) if kind == "modal" else {"type": "home", "blocks": [block]}


def test_valid_blocks_of_every_type_are_accepted() -> None:
    picture: Json = {"type": "image", "image_url": "https://health.example/a.png", "alt_text": "A"}
    blocks: list[Json] = [
        {"type": "header", "text": plain_text("Header")},
        {"type": "context", "elements": [plain_text("Small"), picture]},
        {"type": "section", "fields": [plain_text("Field")], "accessory": picture},
        section("Menu") | {"accessory": {"type": "overflow", "action_id": "o", "options": OPTIONS}},
        picture,
        actions(button(confirm=CONFIRM, style="danger", url="https://health.example")),
        input_block("checkboxes", options=OPTIONS, initial_options=OPTIONS[:1]),
        {"type": "divider"},
        alert("Beware", level="warning"),
    ]

    assert view_problems(modal(*blocks), "modal") == []
