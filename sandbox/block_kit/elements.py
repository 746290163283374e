"""Finds the interactive elements in blocks, and lists the JSON keys that hold their values."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.json_types import Json

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
# Element types whose value is a list.
MULTI_VALUE_TYPES = frozenset(
    {"checkboxes", "file_input"} | {kind for kind in VALUE_KEYS if kind.startswith("multi_")}
)


def interactive_elements(block: Json) -> Iterator[Json]:
    """Yield the elements of a block that a person can press or fill in."""
    if block.get("type") == "input":
        yield block["element"]
    elif block.get("type") == "actions":
        yield from block["elements"]
    elif block.get("accessory", {}).get("type", "image") != "image":
        yield block["accessory"]


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield every interactive element with its block, as (block, element)."""
    for block in blocks:
        for element in interactive_elements(block):
            yield block, element


def options_of(element: Json) -> list[Json]:
    """Return the options of an element, including those in option groups."""
    groups = element.get("option_groups") or ()
    grouped = [option for group in groups for option in group.get("options", ())]
    return [*(element.get("options") or ()), *grouped]
