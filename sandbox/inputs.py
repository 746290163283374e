"""What is typed into a view: state values as Slack sends them, and what survives an update."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.shapes import Json

State: TypeAlias = dict[str, dict[str, "Json"]]

# Element type -> (the key of its state value, the key of its initial value).
VALUE_KEYS: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "checkboxes": ("selected_options", "initial_options"),
    "radio_buttons": ("selected_option", "initial_option"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", "initial_files"),
}
LISTS = frozenset(
    {"checkboxes", "file_input"} | {kind for kind in VALUE_KEYS if kind.startswith("multi_")}
)


def interactive(block: Json) -> Iterator[Json]:
    """Yield the elements of a block that a person can press or fill."""
    if block.get("type") == "input":
        yield block["element"]
    elif block.get("type") == "actions":
        yield from block["elements"]
    elif block.get("accessory", {}).get("type", "image") != "image":
        yield block["accessory"]


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield every interactive element with its block."""
    for block in blocks:
        for element in interactive(block):
            yield block, element


def options_of(element: Json) -> list[Json]:
    """Return the options an element offers, those in groups too."""
    groups = element.get("option_groups") or ()
    grouped = [option for group in groups for option in group.get("options", ())]
    return [*(element.get("options") or ()), *grouped]


def initial_state(blocks: list[Json]) -> State:
    """Return the state of blocks nobody has touched: every input, empty ones too."""
    state: State = {}
    for block, element in elements(blocks):
        if element["type"] in VALUE_KEYS:
            initial = element.get(VALUE_KEYS[element["type"]][1])
            value = state_value(element, initial)
            state.setdefault(block["block_id"], {})[element["action_id"]] = value
    return state


def kept_state(before: State, blocks: list[Json]) -> State:
    """Return the state after an update: the old value where both ids and the type stay."""
    state = initial_state(blocks)
    for block, element in elements(blocks):
        old = before.get(block["block_id"], {}).get(element["action_id"])
        if old and old["type"] == element["type"] and _is_still_offered(old, element):
            state[block["block_id"]][element["action_id"]] = old
    return state


def state_value(element: Json, value: Any) -> Json:  # noqa: ANN401  (whatever Slack keeps there)
    """Return one entry of `state.values`; an empty text is null, as Slack sends it."""
    kind = element["type"]
    if kind in LISTS:
        value = list(value or ())
    elif value == "":
        value = None
    return {"type": kind, VALUE_KEYS[kind][0]: value}


def value_of(entry: Json) -> Any:  # noqa: ANN401  (whatever Slack keeps there)
    """Return the bare value of a state entry."""
    return entry.get(VALUE_KEYS[entry["type"]][0])


def _is_still_offered(old: Json, element: Json) -> bool:
    if not options_of(element):
        return True
    chosen = value_of(old)
    chosen = chosen if isinstance(chosen, list) else [chosen] if chosen else []
    offered = {option["value"] for option in options_of(element)}
    return all(option["value"] in offered for option in chosen)
