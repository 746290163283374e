"""Checks blocks of views and messages against Slack's rules and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from sandbox.block_kit.elements import elements, interactive_elements
from sandbox.checks import limits, texts
from sandbox.checks.elements import check_element
from sandbox.checks.tables import check_data_table, check_table_length

if TYPE_CHECKING:
    from sandbox.checks.problems import Problems
    from sandbox.json_types import Json


def check_blocks(blocks: object, most: int, problems: Problems, *, surface: str) -> None:
    """Check that there are at most `most` blocks, that each is valid, and that ids are unique.

    `surface` is where they stand: "message", "modal" or "home".
    """
    if not isinstance(blocks, list):
        problems.add("must provide an array")
        return
    problems.add_if_above(len(blocks), most, "items")
    before = len(problems.messages)
    for index, block in enumerate(blocks):
        try:
            _check_block(block, problems.at(index), surface)
        except (AttributeError, KeyError, TypeError):
            # A value of the wrong type further down, such as a string where an object belongs.
            problems.at(index).add("contains a value of the wrong type")
    if len(problems.messages) == before:
        _check_unique_ids(blocks, problems)
        _check_single_focus(blocks, problems)
        check_table_length(blocks, problems)
        _check_with_sdk(blocks, problems)


def _check_block(block: object, problems: Problems, surface: str) -> None:
    if not isinstance(block, dict):
        problems.add("must provide an object")
        return
    kind = block.get("type")
    schema = limits.BLOCKS.get(str(kind))
    if schema is None or surface not in limits.SURFACES.get(str(kind), {surface}):
        problems.at("type").add(f"unsupported type: {kind}")
        return
    problems.add_unknown_keys(block, schema.keys)
    problems.add_missing_keys(block, schema.required)
    texts.check_string(block, "block_id", limits.MAX_ID, problems)
    if schema.required <= set(block):
        texts.check_texts(block, schema.texts, problems)
        _CHECKS.get(str(kind), _check_nothing)(block, problems)


def _check_section(block: Json, problems: Problems) -> None:
    fields = block.get("fields")
    if block.get("text") is None and not fields:
        problems.add("missing required field: text or fields")
    if fields is not None:
        problems.at("fields").add_if_above(len(fields), limits.MAX_SECTION_FIELDS, "items")
        for index, text in enumerate(fields):
            texts.check_text(
                text, limits.TextRule(2000, is_plain=False), problems.at("fields", index)
            )
    if "accessory" in block:
        check_element(block["accessory"], "section", problems.at("accessory"))


def _check_actions(block: Json, problems: Problems) -> None:
    children = block["elements"]
    if not isinstance(children, list) or not children:
        problems.at("elements").add("must have at least 1 items")
        return
    problems.at("elements").add_if_above(len(children), limits.MAX_ELEMENTS["actions"], "items")
    for index, element in enumerate(children):
        check_element(element, "actions", problems.at("elements", index))


def _check_context(block: Json, problems: Problems) -> None:
    children = block["elements"]
    if not isinstance(children, list) or not children:
        problems.at("elements").add("must have at least 1 items")
        return
    problems.at("elements").add_if_above(len(children), limits.MAX_ELEMENTS["context"], "items")
    for index, element in enumerate(children):
        of_child = problems.at("elements", index)
        if isinstance(element, dict) and element.get("type") == "image":
            of_child.add_missing_keys(element, frozenset({"alt_text"}))
        else:
            texts.check_text(element, limits.TextRule(3000, is_plain=False), of_child)


def _check_input(block: Json, problems: Problems) -> None:
    check_element(block["element"], "input", problems.at("element"))


def _check_header(block: Json, problems: Problems) -> None:
    if "\n" in block["text"].get("text", ""):
        problems.at("text").add("must be a single line")


def _check_image(block: Json, problems: Problems) -> None:
    if not {"image_url", "slack_file"} & set(block):
        problems.add("missing required field: image_url")


def _check_alert(block: Json, problems: Problems) -> None:
    if block.get("level", "default") not in limits.ALERT_LEVELS:
        problems.at("level").add(f"must be one of {sorted(limits.ALERT_LEVELS)}")


def _check_nothing(_block: Json, _problems: Problems) -> None:
    return


_CHECKS = {
    "section": _check_section,
    "actions": _check_actions,
    "context": _check_context,
    "input": _check_input,
    "header": _check_header,
    "image": _check_image,
    "alert": _check_alert,
    "data_table": check_data_table,
}


def _check_unique_ids(blocks: list[Json], problems: Problems) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        if block.get("block_id") in seen:
            problems.at(index, "block_id").add(f"block_id already exists: {block['block_id']}")
        seen |= {block["block_id"]} if block.get("block_id") else set()
        named = [e["action_id"] for e in interactive_elements(block) if e.get("action_id")]
        for action_id in sorted({name for name in named if named.count(name) > 1}):
            problems.at(index, "elements").add(f"action_id already exists: {action_id}")


def _check_single_focus(blocks: list[Json], problems: Problems) -> None:
    focused = [e for _block, e in elements(blocks) if e.get("focus_on_load")]
    if len(focused) > 1:
        problems.add("only one element can have focus_on_load")


def _check_with_sdk(blocks: list[Json], problems: Problems) -> None:
    for index, block in enumerate(blocks):
        try:
            parsed = Block.parse(dict(block))
            if parsed is not None:
                parsed.validate_json()
        except SlackObjectFormationError as wrong:
            problems.at(index).add(str(wrong))
