"""Checks of lists of blocks, the same for views and messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from sandbox import inputs
from sandbox.checks import limits, texts
from sandbox.checks.elements import check_element

if TYPE_CHECKING:
    from sandbox.checks.problems import Place
    from sandbox.shapes import Json


def check_blocks(blocks: object, most: int, place: Place, *, in_message: bool) -> None:
    """Check blocks: at most `most`, each sound, and ids that are not used twice."""
    if not isinstance(blocks, list):
        place.add("must provide an array")
        return
    place.limit(len(blocks), most, "items")
    before = len(place.found)
    for index, block in enumerate(blocks):
        try:
            _check_block(block, place.at(index), in_message=in_message)
        except (AttributeError, KeyError, TypeError):
            # A text where a number or an object belongs, deep down.
            place.at(index).add("contains a value of the wrong type")
    if len(place.found) == before:
        _check_ids(blocks, place)
        _check_focus(blocks, place)
        _check_with_sdk(blocks, place)


def _check_block(block: object, place: Place, *, in_message: bool) -> None:
    if not isinstance(block, dict):
        place.add("must provide an object")
        return
    kind = block.get("type")
    shape = limits.BLOCKS.get(str(kind))
    if shape is None or (kind in limits.MESSAGE_ONLY and not in_message):
        place.at("type").add(f"unsupported type: {kind}")
        return
    place.unknown(block, shape.keys)
    place.missing(block, shape.required)
    texts.check_string(block, "block_id", limits.MAX_ID, place)
    if shape.required <= set(block):
        texts.check_texts(block, shape.texts, place)
        _CHILDREN.get(str(kind), _nothing)(block, place)


def _check_section(block: Json, place: Place) -> None:
    fields = block.get("fields")
    if block.get("text") is None and not fields:
        place.add("missing required field: text or fields")
    if fields is not None:
        place.at("fields").limit(len(fields), limits.MAX_SECTION_FIELDS, "items")
        for index, text in enumerate(fields):
            texts.check_text(text, limits.Text(2000, is_plain=False), place.at("fields", index))
    if "accessory" in block:
        check_element(block["accessory"], "section", place.at("accessory"))


def _check_actions(block: Json, place: Place) -> None:
    elements = block["elements"]
    if not isinstance(elements, list) or not elements:
        place.at("elements").add("must have at least 1 items")
        return
    place.at("elements").limit(len(elements), limits.MAX_ELEMENTS["actions"], "items")
    for index, element in enumerate(elements):
        check_element(element, "actions", place.at("elements", index))


def _check_context(block: Json, place: Place) -> None:
    elements = block["elements"]
    if not isinstance(elements, list) or not elements:
        place.at("elements").add("must have at least 1 items")
        return
    place.at("elements").limit(len(elements), limits.MAX_ELEMENTS["context"], "items")
    for index, element in enumerate(elements):
        spot = place.at("elements", index)
        if isinstance(element, dict) and element.get("type") == "image":
            spot.missing(element, frozenset({"alt_text"}))
        else:
            texts.check_text(element, limits.Text(3000, is_plain=False), spot)


def _check_input(block: Json, place: Place) -> None:
    check_element(block["element"], "input", place.at("element"))


def _check_header(block: Json, place: Place) -> None:
    if "\n" in block["text"].get("text", ""):
        place.at("text").add("must be a single line")


def _check_image(block: Json, place: Place) -> None:
    if not {"image_url", "slack_file"} & set(block):
        place.add("missing required field: image_url")


def _nothing(_block: Json, _place: Place) -> None:
    return


_CHILDREN = {
    "section": _check_section,
    "actions": _check_actions,
    "context": _check_context,
    "input": _check_input,
    "header": _check_header,
    "image": _check_image,
}


def _check_ids(blocks: list[Json], place: Place) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        if block.get("block_id") in seen:
            place.at(index, "block_id").add(f"block_id already exists: {block['block_id']}")
        seen |= {block["block_id"]} if block.get("block_id") else set()
        named = [e["action_id"] for e in inputs.interactive(block) if e.get("action_id")]
        for action_id in sorted({name for name in named if named.count(name) > 1}):
            place.at(index, "elements").add(f"action_id already exists: {action_id}")


def _check_focus(blocks: list[Json], place: Place) -> None:
    focused = [e for _block, e in inputs.elements(blocks) if e.get("focus_on_load")]
    if len(focused) > 1:
        place.add("only one element can have focus_on_load")


def _check_with_sdk(blocks: list[Json], place: Place) -> None:
    for index, block in enumerate(blocks):
        try:
            parsed = Block.parse(dict(block))
            if parsed is not None:
                parsed.validate_json()
        except SlackObjectFormationError as wrong:
            place.at(index).add(str(wrong))
