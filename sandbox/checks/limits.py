"""Slack's limits on Block Kit, as its reference states them, and nothing but these tables."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_VIEW_BLOCKS = 100
MAX_MESSAGE_BLOCKS = 50
MAX_VIEW_BYTES = 250_000
MAX_TEXT = 40_000
MAX_ID = 255
MAX_METADATA = 3000
MAX_INPUT = 3000
MAX_OPTION_VALUE = 150
MAX_BUTTON_VALUE = 2000
MAX_GROUPS = 100
MAX_SECTION_FIELDS = 10
MAX_FILES = 10


@dataclass(frozen=True, slots=True)
class Text:
    """How long a text object may be, and whether it must be plain."""

    limit: int
    is_plain: bool = True


@dataclass(frozen=True, slots=True)
class Shape:
    """The keys a block or an element may have, those it must have, and its text objects."""

    optional: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    texts: dict[str, Text] = field(default_factory=dict)

    @property
    def keys(self) -> frozenset[str]:
        """Return every key allowed, `type` among them."""
        return self.optional | self.required | {"type"}


PLACEHOLDER = {"placeholder": Text(150)}
VIEW_TEXTS = {"title": Text(24), "submit": Text(24), "close": Text(24)}
CONFIRM_TEXTS = {
    "title": Text(100),
    "text": Text(300, is_plain=False),
    "confirm": Text(30),
    "deny": Text(30),
}

MODAL = frozenset(
    [
        "type",
        "title",
        "blocks",
        "close",
        "submit",
        "private_metadata",
        "callback_id",
        "clear_on_close",
        "notify_on_close",
        "external_id",
        "submit_disabled",
    ]
)
HOME = frozenset(["type", "blocks", "private_metadata", "callback_id", "external_id"])


def _shape(optional: str, required: str = "", texts: dict[str, Text] | None = None) -> Shape:
    return Shape(frozenset(optional.split()), frozenset(required.split()), texts or {})


BLOCKS: dict[str, Shape] = {
    "actions": _shape("block_id", "elements"),
    "context": _shape("block_id", "elements"),
    "divider": _shape("block_id"),
    "header": _shape("block_id", "text", {"text": Text(150)}),
    "image": _shape("block_id image_url slack_file title", "alt_text", {"title": Text(2000)}),
    "input": _shape(
        "block_id hint optional dispatch_action",
        "label element",
        {"label": Text(2000), "hint": Text(2000)},
    ),
    "rich_text": _shape("block_id", "elements"),
    "section": _shape(
        "block_id text fields accessory expand", "", {"text": Text(3000, is_plain=False)}
    ),
    "video": _shape(
        "block_id author_name description provider_icon_url provider_name title_url",
        "alt_text title thumbnail_url video_url",
        {"title": Text(200), "description": Text(200)},
    ),
    "markdown": _shape("block_id", "text"),
    "table": _shape("block_id column_settings", "rows"),
}
# Slack shows these in messages only.
MESSAGE_ONLY = frozenset({"markdown", "table"})

_INPUT = "action_id initial_value placeholder dispatch_action_config focus_on_load"
_SELECT = "action_id confirm focus_on_load placeholder"

ELEMENTS: dict[str, Shape] = {
    "button": _shape(
        "action_id url value style confirm accessibility_label", "text", {"text": Text(75)}
    ),
    "checkboxes": _shape("action_id initial_options confirm focus_on_load", "options"),
    "radio_buttons": _shape("action_id initial_option confirm focus_on_load", "options"),
    "overflow": _shape("action_id confirm", "options"),
    "datepicker": _shape(f"{_SELECT} initial_date", "", PLACEHOLDER),
    "timepicker": _shape(f"{_SELECT} initial_time timezone", "", PLACEHOLDER),
    "datetimepicker": _shape("action_id initial_date_time confirm focus_on_load"),
    "image": _shape("image_url slack_file", "alt_text"),
    "plain_text_input": _shape(f"{_INPUT} multiline min_length max_length", "", PLACEHOLDER),
    "email_text_input": _shape(_INPUT, "", PLACEHOLDER),
    "url_text_input": _shape(_INPUT, "", PLACEHOLDER),
    "number_input": _shape(f"{_INPUT} min_value max_value", "is_decimal_allowed", PLACEHOLDER),
    "rich_text_input": _shape(_INPUT, "action_id", PLACEHOLDER),
    "file_input": _shape("action_id filetypes max_files"),
    "static_select": _shape(f"{_SELECT} options option_groups initial_option", "", PLACEHOLDER),
    "external_select": _shape(f"{_SELECT} initial_option min_query_length", "", PLACEHOLDER),
    "users_select": _shape(f"{_SELECT} initial_user", "", PLACEHOLDER),
    "channels_select": _shape(f"{_SELECT} initial_channel response_url_enabled", "", PLACEHOLDER),
    "conversations_select": _shape(
        f"{_SELECT} initial_conversation default_to_current_conversation response_url_enabled"
        " filter",
        "",
        PLACEHOLDER,
    ),
    "multi_static_select": _shape(
        f"{_SELECT} options option_groups initial_options max_selected_items", "", PLACEHOLDER
    ),
    "multi_external_select": _shape(
        f"{_SELECT} initial_options min_query_length max_selected_items", "", PLACEHOLDER
    ),
    "multi_users_select": _shape(f"{_SELECT} initial_users max_selected_items", "", PLACEHOLDER),
    "multi_channels_select": _shape(
        f"{_SELECT} initial_channels max_selected_items", "", PLACEHOLDER
    ),
    "multi_conversations_select": _shape(
        f"{_SELECT} initial_conversations default_to_current_conversation filter"
        " max_selected_items",
        "",
        PLACEHOLDER,
    ),
}

_TEXT_INPUTS = frozenset(kind for kind in ELEMENTS if kind.endswith("_input"))
_SINGLE = frozenset(
    ["static_select", "external_select", "users_select", "channels_select", "conversations_select"]
)
_MULTI = frozenset(f"multi_{kind}" for kind in _SINGLE)
_PICKERS = frozenset({"datepicker", "timepicker"})
_CHOICES = frozenset({"checkboxes", "radio_buttons"})

# Which elements may stand where.
STANDS_IN: dict[str, frozenset[str]] = {
    "input": _TEXT_INPUTS | _SINGLE | _MULTI | _PICKERS | _CHOICES | {"datetimepicker"},
    "actions": _SINGLE | _PICKERS | _CHOICES | {"button", "overflow", "datetimepicker"},
    "section": _SINGLE | _MULTI | _PICKERS | _CHOICES | {"button", "overflow", "image"},
}
MAX_ELEMENTS = {"actions": 25, "context": 10}

# Fewest and most options; anything else that has options: 1 to 100.
OPTIONS = {"checkboxes": (1, 10), "radio_buttons": (1, 10), "overflow": (1, 5)}
ANY_OPTIONS = (1, 100)
# Only these take mrkdwn in an option.
RICH_OPTIONS = _CHOICES
