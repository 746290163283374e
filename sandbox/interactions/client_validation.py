"""The checks of inputs that Slack's client makes before it submits a modal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox.block_kit.input_state import State, value_of
from sandbox.checks.limits import MAX_FILES
from sandbox.state.files import MAX_INPUT_BYTES

if TYPE_CHECKING:
    from sandbox.json_types import Json

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
REQUIRED = "Please complete this required field."


def field_errors(blocks: list[Json], state: State) -> dict[str, str]:
    """Return the errors that keep the client from submitting, by block id."""
    errors = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        value = value_of(state[block["block_id"]][element["action_id"]])
        if error := _error(block, element, value):
            errors[block["block_id"]] = error
    return errors


def _error(block: Json, element: Json, value: Any) -> str:  # noqa: ANN401  (any state value)
    if value is None or value == []:
        return "" if block.get("optional") else REQUIRED
    if element["type"] == "file_input":
        return _files_error(element, value)
    if isinstance(value, list):
        most = element.get("max_selected_items")
        return f"Choose no more than {most}." if most and len(value) > most else ""
    return _text_error(element, str(value))


def _files_error(element: Json, files: list[Json]) -> str:
    types, most = element.get("filetypes"), element.get("max_files", MAX_FILES)
    if len(files) > most:
        return f"Upload no more than {most}."
    if types and any(file["filetype"] not in types for file in files):
        return f"Upload a file of one of these types: {', '.join(types)}."
    too_large = any(file["size"] > MAX_INPUT_BYTES for file in files)
    return "Upload a file of at most 10 MB." if too_large else ""


def _text_error(element: Json, value: str) -> str:
    kind = element["type"]
    if kind == "email_text_input" and not EMAIL.fullmatch(value):
        return "Enter a valid email address."
    if kind == "url_text_input" and not value.startswith(("https://", "http://")):
        return "Enter a valid URL."
    if kind == "number_input":
        return _number_error(element, value)
    if kind == "plain_text_input":
        return _length_error(element, value)
    return ""


def _length_error(element: Json, value: str) -> str:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        return f"Enter at least {least} characters."
    return f"Enter no more than {most} characters." if len(value) > most else ""


def _number_error(element: Json, value: str) -> str:
    pattern = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(pattern, value):
        return "Enter a valid number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and float(value) < float(least):
        return f"Enter a number that is at least {least}."
    is_above = most is not None and float(value) > float(most)
    return f"Enter a number that is at most {most}." if is_above else ""
