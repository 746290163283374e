"""Computes the values of a view's inputs (`view.state.values`), at first and after an update."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from sandbox.block_kit.elements import MULTI_VALUE_TYPES, VALUE_KEYS, elements, options_of

if TYPE_CHECKING:
    from sandbox.json_types import Json

# Block id -> action id -> state entry, as in `view.state.values`.
State: TypeAlias = dict[str, dict[str, "Json"]]


def initial_state(blocks: list[Json]) -> State:
    """Return the state of untouched blocks, with an entry for every input, empty ones too."""
    state: State = {}
    for block, element in elements(blocks):
        if element["type"] in VALUE_KEYS:
            initial = element.get(VALUE_KEYS[element["type"]][1])
            entry = state_entry(element, initial)
            state.setdefault(block["block_id"], {})[element["action_id"]] = entry
    return state


def state_after_update(before: State, blocks: list[Json]) -> State:
    """Return the state after a view update.

    An old entry survives where the block id, the action id and the type are the same and every
    chosen option is still offered.
    """
    state = initial_state(blocks)
    for block, element in elements(blocks):
        old = before.get(block["block_id"], {}).get(element["action_id"])
        if old and old["type"] == element["type"] and _is_still_offered(old, element):
            state[block["block_id"]][element["action_id"]] = old
    return state


def state_entry(element: Json, value: Any) -> Json:  # noqa: ANN401  (any JSON value)
    """Return one entry of `state.values`; an empty text becomes null, as in Slack."""
    kind = element["type"]
    if kind in MULTI_VALUE_TYPES:
        value = list(value or ())
    elif value == "":
        value = None
    return {"type": kind, VALUE_KEYS[kind][0]: value}


def value_of(entry: Json) -> Any:  # noqa: ANN401  (any JSON value)
    """Return the bare value of a state entry."""
    return entry.get(VALUE_KEYS[entry["type"]][0])


def _is_still_offered(old: Json, element: Json) -> bool:
    if not options_of(element):
        return True
    chosen = value_of(old)
    chosen = chosen if isinstance(chosen, list) else [chosen] if chosen else []
    offered = {option["value"] for option in options_of(element)}
    return all(option["value"] in offered for option in chosen)
