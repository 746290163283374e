"""What Slack's client lets a person type and choose, and what it refuses to submit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox import inputs
from sandbox.checks.limits import MAX_FILES
from sandbox.errors import NothingThereError
from sandbox.files import MAX_INPUT_BYTES

if TYPE_CHECKING:
    from sandbox.shapes import Json
    from sandbox.workspace import Workspace

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
REQUIRED = "Please complete this required field."


def chosen(element: Json, value: Any, workspace: Workspace) -> Json:  # noqa: ANN401  (str, list, dict)
    """Return the state entry for what a person typed or chose.

    Options are named by their values; members, channels and files by their ids.
    NothingThereError when the element does not offer that choice.
    """
    kind = element["type"]
    if value is None or kind not in inputs.VALUE_KEYS:
        return inputs.state_value(element, None)
    values = value if isinstance(value, list) else [value]
    picked = [_picked(element, one, workspace) for one in values]
    if kind in inputs.LISTS:
        return inputs.state_value(element, picked)
    return inputs.state_value(element, picked[0] if picked else None)


def option_named(element: Json, value: str) -> Json:
    """Return the option of that value; NothingThereError if the element does not offer it."""
    for option in inputs.options_of(element):
        if option["value"] == value:
            return option
    raise NothingThereError(f"{element['action_id']} does not offer {value!r}")


def problems(blocks: list[Json], state: inputs.State) -> dict[str, str]:
    """Return what keeps the client from submitting: a text by block id, empty if nothing."""
    found = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        value = inputs.value_of(state[block["block_id"]][element["action_id"]])
        if text := _problem(block, element, value):
            found[block["block_id"]] = text
    return found


def _picked(element: Json, value: Any, workspace: Workspace) -> Any:  # noqa: ANN401  (as above)
    kind = element["type"]
    if isinstance(value, dict):
        return value
    if kind in {"users_select", "multi_users_select"}:
        return workspace.member(value).id
    if "conversations" in kind or "channels" in kind:
        return workspace.place(value)
    if kind == "file_input":
        return workspace.files.json(workspace.files.named(value))
    if inputs.VALUE_KEYS[kind][0].startswith("selected_option"):
        return option_named(element, value)
    return value


def _problem(block: Json, element: Json, value: Any) -> str:  # noqa: ANN401  (as above)
    if value is None or value == []:
        return "" if block.get("optional") else REQUIRED
    if element["type"] == "file_input":
        return _files_problem(element, value)
    if isinstance(value, list):
        most = element.get("max_selected_items")
        return f"Choose no more than {most}." if most and len(value) > most else ""
    return _text_problem(element, str(value))


def _files_problem(element: Json, files: list[Json]) -> str:
    types, most = element.get("filetypes"), element.get("max_files", MAX_FILES)
    if len(files) > most:
        return f"Upload no more than {most}."
    if types and any(file["filetype"] not in types for file in files):
        return f"Upload a file of one of these types: {', '.join(types)}."
    too_large = any(file["size"] > MAX_INPUT_BYTES for file in files)
    return "Upload a file of at most 10 MB." if too_large else ""


def _text_problem(element: Json, value: str) -> str:
    kind = element["type"]
    if kind == "email_text_input" and not EMAIL.fullmatch(value):
        return "Enter a valid email address."
    if kind == "url_text_input" and not value.startswith(("https://", "http://")):
        return "Enter a valid URL."
    if kind == "number_input":
        return _number_problem(element, value)
    if kind == "plain_text_input":
        return _length_problem(element, value)
    return ""


def _length_problem(element: Json, value: str) -> str:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        return f"Enter at least {least} characters."
    return f"Enter no more than {most} characters." if len(value) > most else ""


def _number_problem(element: Json, value: str) -> str:
    shape = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(shape, value):
        return "Enter a valid number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and float(value) < float(least):
        return f"Enter a number that is at least {least}."
    too_much = most is not None and float(value) > float(most)
    return f"Enter a number that is at most {most}." if too_much else ""
