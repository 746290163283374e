"""What Slack's client lets a person type, choose and submit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.block_kit import input_state
from sandbox.errors import NotFoundError
from sandbox.interactions import client_validation, state_entries
from tests.sandbox.counterpart import modal, option, plain

if TYPE_CHECKING:
    from sandbox import Sandbox

Json = dict[str, Any]
OPTIONS = [option("one"), option("two"), option("three")]


@pytest.mark.parametrize(
    ("element", "typed", "refused"),
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
def test_the_client_checks_before_it_sends(
    slack: Sandbox, element: Json, typed: object, refused: str
) -> None:
    element = {"action_id": "a", **element}
    entry = state_entries.entry_for(element, typed, slack.workspace)
    block = {"type": "input", "block_id": "b", "label": plain("Label"), "element": element}

    problems = client_validation.field_errors([block], {"b": {"a": entry}})

    assert set(problems) == ({"b"} if refused else set())
    assert refused in problems.get("b", "")


def test_an_optional_input_may_stay_empty(slack: Sandbox) -> None:
    element = {"type": "plain_text_input", "action_id": "a"}
    block = {"type": "input", "block_id": "b", "optional": True, "element": element}
    entry = state_entries.entry_for(element, None, slack.workspace)

    assert entry == {"type": "plain_text_input", "value": None}
    assert client_validation.field_errors([block], {"b": {"a": entry}}) == {}


@pytest.mark.parametrize(
    ("element", "choice"),
    [
        ({"type": "users_select"}, "U0NONE"),
        ({"type": "channels_select"}, "C0NONE"),
        ({"type": "static_select", "options": OPTIONS}, "four"),
    ],
)
def test_what_is_not_offered_cannot_be_chosen(slack: Sandbox, element: Json, choice: str) -> None:
    with pytest.raises(NotFoundError):
        state_entries.entry_for({"action_id": "a", **element}, choice, slack.workspace)


def test_initial_values_are_part_of_the_state() -> None:
    menu = {"type": "multi_static_select", "action_id": "m", "options": OPTIONS}
    section = {"type": "section", "block_id": "s", "accessory": menu}
    section["accessory"] = menu | {"initial_options": OPTIONS[:1]}

    state = input_state.initial_state([section, {"type": "divider", "block_id": "d"}])

    assert state == {"s": {"m": {"type": "multi_static_select", "selected_options": OPTIONS[:1]}}}


def test_a_choice_that_is_no_longer_offered_is_gone() -> None:
    menu = {"type": "static_select", "action_id": "m", "options": OPTIONS}
    block = {"type": "input", "block_id": "b", "element": menu}
    before = {"b": {"m": {"type": "static_select", "selected_option": OPTIONS[0]}}}

    kept = input_state.state_after_update(before, [block])
    gone = input_state.state_after_update(
        before, [{**block, "element": {**menu, "options": OPTIONS[1:]}}]
    )

    assert kept == before
    assert gone == {"b": {"m": {"type": "static_select", "selected_option": None}}}


async def test_elements_of_one_name_have_to_be_told_apart(slack: Sandbox) -> None:
    button = {"type": "button", "action_id": "twin", "text": plain("Twin")}
    blocks = [{"type": "actions", "block_id": name, "elements": [button]} for name in "ab"]
    slack.workspace.views.open("U0ANNA", modal(*blocks))

    with pytest.raises(NotFoundError, match="2 elements"):
        await slack.click("U0ANNA", "twin")
    assert (await slack.click("U0ANNA", "twin", block_id="a")).error == "dispatch_failed"


@pytest.mark.parametrize(
    ("limits", "names", "refused"),
    [
        ({}, ["a.csv", "b.csv"], ""),
        ({"filetypes": ["csv"]}, ["A.CSV"], ""),
        ({"filetypes": ["csv", "txt"]}, ["a.pdf"], "csv, txt"),
        ({"max_files": 1}, ["a.csv", "b.csv"], "no more than 1"),
        ({}, [], "required"),
        ({}, ["large"], "10 MB"),
    ],
)
async def test_files_are_taken_as_the_element_says(
    slack: Sandbox, limits: Json, names: list[str], refused: str
) -> None:
    element = {"type": "file_input", "action_id": "e", **limits}
    block = {"type": "input", "block_id": "b", "label": plain("Label"), "element": element}
    sizes = {"large": 10_000_001}
    ids = [slack.choose_file("U0ANNA", name, b"x" * sizes.get(name, 1)) for name in names]

    entry = state_entries.entry_for(element, ids, slack.workspace)

    found = client_validation.field_errors([block], {"b": {"e": entry}})
    assert refused in found.get("b", "")
    assert bool(found) == bool(refused)
    assert [file["name"] for file in entry["files"]] == names
