"""Checks of interactive elements and images inside blocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox import inputs
from sandbox.checks import limits, texts

if TYPE_CHECKING:
    from sandbox.checks.problems import Place
    from sandbox.shapes import Json

TRIGGERS = {"on_enter_pressed", "on_character_entered"}
PATTERNS = {
    "initial_date": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
    "initial_time": re.compile(r"([01]\d|2[0-3]):[0-5]\d"),
}


def check_element(element: object, parent: str, place: Place) -> None:
    """Check an element that stands in a block of type `parent`."""
    if not isinstance(element, dict):
        place.add("must provide an object")
        return
    kind = element.get("type")
    if kind not in limits.STANDS_IN[parent]:
        place.at("type").add(f"unsupported type: {kind} in {parent}")
        return
    shape = limits.ELEMENTS[kind]
    place.unknown(element, shape.keys)
    place.missing(element, shape.required)
    texts.check_texts(element, shape.texts, place)
    texts.check_string(element, "action_id", limits.MAX_ID, place)
    if "confirm" in element:
        texts.check_confirm(element["confirm"], place.at("confirm"))
    if {"options", "option_groups"} & shape.keys:
        texts.check_options(element, place)
    _check_initial(element, place)
    _check_kind(element, place)


def _check_initial(element: Json, place: Place) -> None:
    """The initial options have to be among the options, the same object each."""
    offered = [_bare(option) for option in inputs.options_of(element)]
    is_external = element["type"].endswith("external_select")
    many = element.get("initial_options")
    if many is not None and (not isinstance(many, list) or not many):
        place.at("initial_options").add("must have at least 1 items")
        return
    single = [element["initial_option"]] if "initial_option" in element else []
    for option in [*single, *(many or ())]:
        if not is_external and _bare(option) not in offered:
            key = "initial_options" if many else "initial_option"
            place.at(key).add("does not match any of the options provided")
    _check_selected(element, place)


def _check_selected(element: Json, place: Place) -> None:
    key = inputs.VALUE_KEYS.get(element["type"], ("", ""))[1]
    initial, most = element.get(key), element.get("max_selected_items")
    if most is not None and (not isinstance(most, int) or most < 1):
        place.at("max_selected_items").add("must be more than 0")
    elif most and isinstance(initial, list):
        place.at(key).limit(len(initial), most, "items")


def _check_kind(element: Json, place: Place) -> None:
    kind = element["type"]
    if kind == "button":
        _check_button(element, place)
    elif kind == "file_input":
        _check_files(element, place)
    elif kind.endswith("_input"):
        _check_input(element, place)
    for key, pattern in PATTERNS.items():
        if key in element and not pattern.fullmatch(str(element[key])):
            place.at(key).add(f"must match the format of {key}")


def _check_button(button: Json, place: Place) -> None:
    texts.check_string(button, "value", limits.MAX_BUTTON_VALUE, place)
    texts.check_string(button, "url", limits.MAX_INPUT, place)
    texts.check_string(button, "accessibility_label", 75, place)
    if button.get("style") not in {None, "primary", "danger"}:
        place.at("style").add("must be one of ['danger', 'primary']")


def _check_input(element: Json, place: Place) -> None:
    if element["type"] != "rich_text_input":
        texts.check_string(element, "initial_value", limits.MAX_INPUT, place)
    least, most = element.get("min_length", 0), element.get("max_length", limits.MAX_INPUT)
    if not 0 <= least <= limits.MAX_INPUT:
        place.at("min_length").add(f"must be between 0 and {limits.MAX_INPUT}")
    if not max(1, least) <= most <= limits.MAX_INPUT:
        place.at("max_length").add(f"must be between 1 and {limits.MAX_INPUT}, above min_length")
    if len(str(element.get("initial_value") or "")) > most:
        place.at("initial_value").add(f"must be less than {most + 1} characters")
    config = element.get("dispatch_action_config")
    if config is not None and not {*config.get("trigger_actions_on", ["?"])} <= TRIGGERS:
        place.at("dispatch_action_config").add(f"must be among {sorted(TRIGGERS)}")


def _check_files(element: Json, place: Place) -> None:
    most, types = element.get("max_files", limits.MAX_FILES), element.get("filetypes", ["any"])
    if not isinstance(most, int) or not 1 <= most <= limits.MAX_FILES:
        place.at("max_files").add(f"must be between 1 and {limits.MAX_FILES}")
    if not isinstance(types, list) or not types:
        place.at("filetypes").add("must have at least 1 items")
    elif not all(isinstance(kind, str) and kind and "." not in kind for kind in types):
        place.at("filetypes").add("must be file extensions without a dot")


def _bare(option: object) -> object:
    if not isinstance(option, dict) or not isinstance(option.get("text"), dict):
        return option
    return option["text"].get("text"), option.get("value")
