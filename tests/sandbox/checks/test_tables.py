"""Tests that invalid data tables are refused with a pointer to the problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.checks.messages import check_message
from sandbox.checks.views import view_problems
from sandbox.errors import ApiError
from tests.sandbox.builders import modal

if TYPE_CHECKING:
    from sandbox.json_types import Json

HEADER: list[Json] = [{"type": "raw_text", "text": "Row"}, {"type": "raw_text", "text": "Name"}]
ROW: list[Json] = [
    {"type": "raw_number", "value": 2, "text": "2"},
    {"type": "raw_text", "text": "Ida"},
]
RICH: Json = {"type": "rich_text", "elements": []}


def table(*rows: object, **more: object) -> Json:
    return {"type": "data_table", "caption": "Users", "rows": [*rows], **more}


def problems_of(block: Json) -> list[str]:
    return view_problems({"type": "home", "blocks": [block]}, "home")


@pytest.mark.parametrize(
    "block",
    [
        table(HEADER, ROW),
        table(HEADER, *[ROW] * 200),
        table(HEADER, [RICH, RICH], page_size=100, row_header_column_index=1),
        table([HEADER[0]] * 20, [ROW[0]] * 20),
    ],
)
def test_a_valid_table_is_accepted_in_messages_and_on_home(block: Json) -> None:
    check_message({"text": "a", "blocks": [block]})
    assert problems_of(block) == []


def test_a_modal_has_no_table() -> None:
    (problem,) = view_problems(modal(table(HEADER, ROW)), "modal")

    assert "unsupported type: data_table" in problem


@pytest.mark.parametrize(
    ("block", "place"),
    [
        (table(HEADER), "/rows]"),
        (table(HEADER, *[ROW] * 201), "/rows]"),
        (table([], []), "/rows/0]"),
        (table([HEADER[0]] * 21, [ROW[0]] * 21), "/rows/0]"),
        (table(HEADER, ROW[:1]), "/rows/1]"),
        (table(), "/rows]"),
        (table({}), "array of arrays"),
        (table(HEADER, ROW) | {"rows": 1}, "array of arrays"),
        (table([RICH, HEADER[1]], ROW), "/rows/0/0]"),
        (table(HEADER, ["a", ROW[1]]), "/rows/1/0]"),
        (table(HEADER, [{"type": "mrkdwn", "text": "a"}, ROW[1]]), "/rows/1/0]"),
        (table(HEADER, [ROW[0], {"type": "raw_text", "text": ""}]), "/rows/1/1/text"),
        (table(HEADER, [ROW[0] | {"value": "2"}, ROW[1]]), "/rows/1/0/value"),
        (table(HEADER, [ROW[0] | {"value": True}, ROW[1]]), "/rows/1/0/value"),
        (table(HEADER, [{"type": "raw_number", "text": "2"}, ROW[1]]), "value"),
        (table(HEADER, [ROW[0], ROW[1] | {"style": "b"}]), "style"),
        (table(HEADER, ROW, page_size=0), "/page_size"),
        (table(HEADER, ROW, page_size=101), "/page_size"),
        (table(HEADER, ROW, row_header_column_index=2), "/row_header_column_index"),
        (table(HEADER, ROW, caption=""), "/caption"),
        (table(HEADER, [ROW[0], {"type": "raw_text", "text": "a" * 20_000}]), "/blocks]"),
    ],
)
def test_an_invalid_table_is_refused_with_the_place_of_the_problem(block: Json, place: str) -> None:
    problems = problems_of(block)

    assert any(place in problem for problem in problems), problems


def test_the_tables_of_a_message_share_the_limit_of_characters() -> None:
    half = table(HEADER, [ROW[0], {"type": "raw_text", "text": "a" * 10_000}])

    with pytest.raises(ApiError, match="invalid_blocks"):
        check_message({"text": "a", "blocks": [half, half]})
