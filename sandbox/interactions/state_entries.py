"""Converts a value that a member types or chooses to an entry of the view's input state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.block_kit.elements import MULTI_VALUE_TYPES, VALUE_KEYS, options_of
from sandbox.block_kit.input_state import state_entry
from sandbox.errors import NotFoundError

if TYPE_CHECKING:
    from sandbox.json_types import Json
    from sandbox.state.workspace import Workspace


def entry_for(element: Json, value: Any, workspace: Workspace) -> Json:  # noqa: ANN401  (str, list, dict)
    """Return the state entry of a typed or chosen value.

    Options are given by value; members, channels and files by id. NotFoundError if the element
    does not offer the choice.
    """
    kind = element["type"]
    if value is None or kind not in VALUE_KEYS:
        return state_entry(element, None)
    values = value if isinstance(value, list) else [value]
    chosen = [_chosen(element, single_value, workspace) for single_value in values]
    if kind in MULTI_VALUE_TYPES:
        return state_entry(element, chosen)
    return state_entry(element, chosen[0] if chosen else None)


def option_named(element: Json, value: str) -> Json:
    """Return the option of that value; NotFoundError if the element does not offer it."""
    for option in options_of(element):
        if option["value"] == value:
            return option
    raise NotFoundError(f"{element['action_id']} does not offer {value!r}")


def _chosen(element: Json, value: Any, workspace: Workspace) -> Any:  # noqa: ANN401  (as above)
    kind = element["type"]
    if isinstance(value, dict):
        return value
    if kind in {"users_select", "multi_users_select"}:
        return workspace.member(value).id
    if "conversations" in kind or "channels" in kind:
        return workspace.conversation_id(value)
    if kind == "file_input":
        return workspace.files.json(workspace.files.get(value))
    if VALUE_KEYS[kind][0].startswith("selected_option"):
        return option_named(element, value)
    return value
