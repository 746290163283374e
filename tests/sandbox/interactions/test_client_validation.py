"""Tests of the checks that Slack's client makes before it submits a modal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.interactions import client_validation, state_entries
from tests.sandbox.builders import option, plain_text

if TYPE_CHECKING:
    from sandbox import Sandbox
    from sandbox.json_types import Json

OPTIONS = [option("one"), option("two"), option("three")]


@pytest.mark.parametrize(
    ("element", "typed", "error"),
    [
        ({"type": "plain_text_input", "min_length": 3}, "ab", "at least 3"),
        ({"type": "plain_text_input", "max_length": 3}, "abcd", "no more than 3"),
        ({"type": "plain_text_input"}, "", "required"),
        ({"type": "email_text_input"}, "anna@health", "email"),
        ({"type": "email_text_input"}, "anna@health.example", ""),
        ({"type": "url_text_input"}, "health.example", "URL"),
        ({"type": "url_text_input"}, "https://health.example", ""),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "number"),
        ({"type": "number_input", "is_decimal_allowed": True}, "1.5", ""),
        ({"type": "number_input", "is_decimal_allowed": False, "min_value": "2"}, "1", "least 2"),
        ({"type": "number_input", "is_decimal_allowed": False, "max_value": "2"}, "3", "most 2"),
        ({"type": "checkboxes", "options": OPTIONS}, [], "required"),
        ({"type": "checkboxes", "options": OPTIONS}, ["one", "two"], ""),
        ({"type": "radio_buttons", "options": OPTIONS}, "two", ""),
        (
            {"type": "multi_static_select", "options": OPTIONS, "max_selected_items": 1},
            ["one", "two"],
            "no more than 1",
        ),
        ({"type": "users_select"}, "U0ANNA", ""),
        ({"type": "multi_users_select"}, ["U0ANNA", "U0JAN"], ""),
        ({"type": "conversations_select"}, "C0HEALTH", ""),
        ({"type": "multi_channels_select"}, ["C0HEALTH"], ""),
        ({"type": "datepicker"}, "2026-03-02", ""),
        ({"type": "datetimepicker"}, 1_772_452_800, ""),
        ({"type": "static_select", "option_groups": [{"options": OPTIONS}]}, "two", ""),
        ({"type": "external_select"}, option("anything"), ""),
    ],
)
def test_the_client_refuses_invalid_values(
    slack: Sandbox, element: Json, typed: object, error: str
) -> None:
    element = {"action_id": "a", **element}
    entry = state_entries.entry_for(element, typed, slack.workspace)
    block = {"type": "input", "block_id": "b", "label": plain_text("Label"), "element": element}

    errors = client_validation.field_errors([block], {"b": {"a": entry}})

    assert set(errors) == ({"b"} if error else set())
    assert error in errors.get("b", "")


def test_an_optional_input_may_stay_empty(slack: Sandbox) -> None:
    element = {"type": "plain_text_input", "action_id": "a"}
    block = {"type": "input", "block_id": "b", "optional": True, "element": element}
    entry = state_entries.entry_for(element, None, slack.workspace)

    assert entry == {"type": "plain_text_input", "value": None}
    assert client_validation.field_errors([block], {"b": {"a": entry}}) == {}


@pytest.mark.parametrize(
    ("limits", "names", "error"),
    [
        ({}, ["a.csv", "b.csv"], ""),
        ({"filetypes": ["csv"]}, ["A.CSV"], ""),
        ({"filetypes": ["csv", "txt"]}, ["a.pdf"], "csv, txt"),
        ({"max_files": 1}, ["a.csv", "b.csv"], "no more than 1"),
        ({}, [], "required"),
        ({}, ["large"], "10 MB"),
    ],
)
async def test_the_client_checks_number_type_and_size_of_files(
    slack: Sandbox, limits: Json, names: list[str], error: str
) -> None:
    element = {"type": "file_input", "action_id": "e", **limits}
    block = {"type": "input", "block_id": "b", "label": plain_text("Label"), "element": element}
    sizes = {"large": 10_000_001}
    ids = [slack.choose_file("U0ANNA", name, b"x" * sizes.get(name, 1)) for name in names]

    entry = state_entries.entry_for(element, ids, slack.workspace)

    errors = client_validation.field_errors([block], {"b": {"e": entry}})
    assert error in errors.get("b", "")
    assert bool(errors) == bool(error)
    assert [file["name"] for file in entry["files"]] == names
