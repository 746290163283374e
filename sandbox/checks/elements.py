"""Checks interactive elements and images inside blocks against Slack's rules and limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.block_kit.elements import VALUE_KEYS, options_of
from sandbox.checks import limits, texts
from sandbox.checks.options import check_options

if TYPE_CHECKING:
    from sandbox.checks.problems import Problems
    from sandbox.json_types import Json

DISPATCH_TRIGGERS = {"on_enter_pressed", "on_character_entered"}
VALUE_PATTERNS = {
    "initial_date": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
    "initial_time": re.compile(r"([01]\d|2[0-3]):[0-5]\d"),
}


def check_element(element: object, parent: str, problems: Problems) -> None:
    """Check an element of a block of type `parent`."""
    if not isinstance(element, dict):
        problems.add("must provide an object")
        return
    kind = element.get("type")
    if kind not in limits.ALLOWED_ELEMENTS[parent]:
        problems.at("type").add(f"unsupported type: {kind} in {parent}")
        return
    schema = limits.ELEMENTS[kind]
    problems.add_unknown_keys(element, schema.keys)
    problems.add_missing_keys(element, schema.required)
    texts.check_texts(element, schema.texts, problems)
    texts.check_string(element, "action_id", limits.MAX_ID, problems)
    if "confirm" in element:
        texts.check_confirm(element["confirm"], problems.at("confirm"))
    if {"options", "option_groups"} & schema.keys:
        check_options(element, problems)
    _check_initial(element, problems)
    _check_type(element, problems)


def _check_initial(element: Json, problems: Problems) -> None:
    """Check that each initial option equals one of the options."""
    offered = [_text_and_value(option) for option in options_of(element)]
    is_external = element["type"].endswith("external_select")
    initial_options = element.get("initial_options")
    if initial_options is not None and not (isinstance(initial_options, list) and initial_options):
        problems.at("initial_options").add("must have at least 1 items")
        return
    single = [element["initial_option"]] if "initial_option" in element else []
    for option in [*single, *(initial_options or ())]:
        if not is_external and _text_and_value(option) not in offered:
            key = "initial_options" if initial_options else "initial_option"
            problems.at(key).add("does not match any of the options provided")
    _check_selected(element, problems)


def _check_selected(element: Json, problems: Problems) -> None:
    key = VALUE_KEYS.get(element["type"], ("", ""))[1]
    initial, most = element.get(key), element.get("max_selected_items")
    if most is not None and (not isinstance(most, int) or most < 1):
        problems.at("max_selected_items").add("must be more than 0")
    elif most and isinstance(initial, list):
        problems.at(key).add_if_above(len(initial), most, "items")


def _check_type(element: Json, problems: Problems) -> None:
    kind = element["type"]
    if kind == "button":
        _check_button(element, problems)
    elif kind == "file_input":
        _check_files(element, problems)
    elif kind.endswith("_input"):
        _check_input(element, problems)
    for key, pattern in VALUE_PATTERNS.items():
        if key in element and not pattern.fullmatch(str(element[key])):
            problems.at(key).add(f"must match the format of {key}")


def _check_button(button: Json, problems: Problems) -> None:
    texts.check_string(button, "value", limits.MAX_BUTTON_VALUE, problems)
    texts.check_string(button, "url", limits.MAX_INPUT, problems)
    texts.check_string(button, "accessibility_label", 75, problems)
    if button.get("style") not in {None, "primary", "danger"}:
        problems.at("style").add("must be one of ['danger', 'primary']")


def _check_input(element: Json, problems: Problems) -> None:
    if element["type"] != "rich_text_input":
        texts.check_string(element, "initial_value", limits.MAX_INPUT, problems)
    least, most = element.get("min_length", 0), element.get("max_length", limits.MAX_INPUT)
    if not 0 <= least <= limits.MAX_INPUT:
        problems.at("min_length").add(f"must be between 0 and {limits.MAX_INPUT}")
    if not max(1, least) <= most <= limits.MAX_INPUT:
        problems.at("max_length").add(f"must be between 1 and {limits.MAX_INPUT}, above min_length")
    if len(str(element.get("initial_value") or "")) > most:
        problems.at("initial_value").add(f"must be less than {most + 1} characters")
    config = element.get("dispatch_action_config")
    if config is not None and not {*config.get("trigger_actions_on", ["?"])} <= DISPATCH_TRIGGERS:
        problems.at("dispatch_action_config").add(f"must be among {sorted(DISPATCH_TRIGGERS)}")


def _check_files(element: Json, problems: Problems) -> None:
    most, types = element.get("max_files", limits.MAX_FILES), element.get("filetypes", ["any"])
    if not isinstance(most, int) or not 1 <= most <= limits.MAX_FILES:
        problems.at("max_files").add(f"must be between 1 and {limits.MAX_FILES}")
    if not isinstance(types, list) or not types:
        problems.at("filetypes").add("must have at least 1 items")
    elif not all(isinstance(kind, str) and kind and "." not in kind for kind in types):
        problems.at("filetypes").add("must be file extensions without a dot")


def _text_and_value(option: object) -> object:
    if not isinstance(option, dict) or not isinstance(option.get("text"), dict):
        return option
    return option["text"].get("text"), option.get("value")
