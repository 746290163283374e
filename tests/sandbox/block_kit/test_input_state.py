"""Tests that the state of inputs has initial values and survives updates."""

from __future__ import annotations

from sandbox.block_kit import input_state
from tests.sandbox.builders import option

OPTIONS = [option("one"), option("two"), option("three")]


def test_initial_values_are_part_of_the_state() -> None:
    menu = {"type": "multi_static_select", "action_id": "m", "options": OPTIONS}
    section = {"type": "section", "block_id": "s", "accessory": menu}
    section["accessory"] = menu | {"initial_options": OPTIONS[:1]}

    state = input_state.initial_state([section, {"type": "divider", "block_id": "d"}])

    assert state == {"s": {"m": {"type": "multi_static_select", "selected_options": OPTIONS[:1]}}}


def test_a_choice_that_is_no_longer_offered_is_dropped() -> None:
    menu = {"type": "static_select", "action_id": "m", "options": OPTIONS}
    block = {"type": "input", "block_id": "b", "element": menu}
    before = {"b": {"m": {"type": "static_select", "selected_option": OPTIONS[0]}}}

    kept = input_state.state_after_update(before, [block])
    gone = input_state.state_after_update(
        before, [{**block, "element": {**menu, "options": OPTIONS[1:]}}]
    )

    assert kept == before
    assert gone == {"b": {"m": {"type": "static_select", "selected_option": None}}}
