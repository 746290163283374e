"""Tables of Slack's limits on Block Kit, taken from Slack's reference documentation."""

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
# The header counts as a row.
TABLE_ROWS = (2, 201)
MAX_TABLE_COLUMNS = 20
MAX_TABLE_PAGE = 100
MAX_TABLE_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class TextRule:
    """The most characters a text object may have, and whether it must be plain text."""

    limit: int
    is_plain: bool = True


@dataclass(frozen=True, slots=True)
class Schema:
    """The optional and required keys of a block or an element, and the rules of its texts."""

    optional: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    texts: dict[str, TextRule] = field(default_factory=dict)

    @property
    def keys(self) -> frozenset[str]:
        """Return all allowed keys, including `type`."""
        return self.optional | self.required | {"type"}


PLACEHOLDER = {"placeholder": TextRule(150)}
VIEW_TEXTS = {"title": TextRule(24), "submit": TextRule(24), "close": TextRule(24)}
CONFIRM_TEXTS = {
    "title": TextRule(100),
    "text": TextRule(300, is_plain=False),
    "confirm": TextRule(30),
    "deny": TextRule(30),
}

MODAL_KEYS = frozenset(
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
HOME_KEYS = frozenset(["type", "blocks", "private_metadata", "callback_id", "external_id"])


def _schema(optional: str, required: str = "", texts: dict[str, TextRule] | None = None) -> Schema:
    return Schema(frozenset(optional.split()), frozenset(required.split()), texts or {})


BLOCKS: dict[str, Schema] = {
    "actions": _schema("block_id", "elements"),
    "context": _schema("block_id", "elements"),
    "divider": _schema("block_id"),
    "header": _schema("block_id", "text", {"text": TextRule(150)}),
    "image": _schema("block_id image_url slack_file title", "alt_text", {"title": TextRule(2000)}),
    "input": _schema(
        "block_id hint optional dispatch_action",
        "label element",
        {"label": TextRule(2000), "hint": TextRule(2000)},
    ),
    "rich_text": _schema("block_id", "elements"),
    "section": _schema(
        "block_id text fields accessory expand", "", {"text": TextRule(3000, is_plain=False)}
    ),
    "video": _schema(
        "block_id author_name description provider_icon_url provider_name title_url",
        "alt_text title thumbnail_url video_url",
        {"title": TextRule(200), "description": TextRule(200)},
    ),
    "markdown": _schema("block_id", "text"),
    "table": _schema("block_id column_settings", "rows"),
    "data_table": _schema("block_id page_size row_header_column_index", "rows caption"),
    "alert": _schema("block_id level", "text", {"text": TextRule(200, is_plain=False)}),
}
ALERT_LEVELS = frozenset({"default", "info", "warning", "error", "success"})
# Block type -> the surfaces that Slack accepts it on; all others stand everywhere.
SURFACES = {
    "alert": frozenset({"modal"}),
    "data_table": frozenset({"message", "home"}),
    "markdown": frozenset({"message"}),
    "table": frozenset({"message", "home"}),
}

_INPUT = "action_id initial_value placeholder dispatch_action_config focus_on_load"
_SELECT = "action_id confirm focus_on_load placeholder"

ELEMENTS: dict[str, Schema] = {
    "button": _schema(
        "action_id url value style confirm accessibility_label", "text", {"text": TextRule(75)}
    ),
    "checkboxes": _schema("action_id initial_options confirm focus_on_load", "options"),
    "radio_buttons": _schema("action_id initial_option confirm focus_on_load", "options"),
    "overflow": _schema("action_id confirm", "options"),
    "datepicker": _schema(f"{_SELECT} initial_date", "", PLACEHOLDER),
    "timepicker": _schema(f"{_SELECT} initial_time timezone", "", PLACEHOLDER),
    "datetimepicker": _schema("action_id initial_date_time confirm focus_on_load"),
    "image": _schema("image_url slack_file", "alt_text"),
    "plain_text_input": _schema(f"{_INPUT} multiline min_length max_length", "", PLACEHOLDER),
    "email_text_input": _schema(_INPUT, "", PLACEHOLDER),
    "url_text_input": _schema(_INPUT, "", PLACEHOLDER),
    "number_input": _schema(f"{_INPUT} min_value max_value", "is_decimal_allowed", PLACEHOLDER),
    "rich_text_input": _schema(_INPUT, "action_id", PLACEHOLDER),
    "file_input": _schema("action_id filetypes max_files"),
    "static_select": _schema(f"{_SELECT} options option_groups initial_option", "", PLACEHOLDER),
    "external_select": _schema(f"{_SELECT} initial_option min_query_length", "", PLACEHOLDER),
    "users_select": _schema(f"{_SELECT} initial_user", "", PLACEHOLDER),
    "channels_select": _schema(f"{_SELECT} initial_channel response_url_enabled", "", PLACEHOLDER),
    "conversations_select": _schema(
        f"{_SELECT} initial_conversation default_to_current_conversation response_url_enabled"
        " filter",
        "",
        PLACEHOLDER,
    ),
    "multi_static_select": _schema(
        f"{_SELECT} options option_groups initial_options max_selected_items", "", PLACEHOLDER
    ),
    "multi_external_select": _schema(
        f"{_SELECT} initial_options min_query_length max_selected_items", "", PLACEHOLDER
    ),
    "multi_users_select": _schema(f"{_SELECT} initial_users max_selected_items", "", PLACEHOLDER),
    "multi_channels_select": _schema(
        f"{_SELECT} initial_channels max_selected_items", "", PLACEHOLDER
    ),
    "multi_conversations_select": _schema(
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

# Block type -> the element types it may contain.
ALLOWED_ELEMENTS: dict[str, frozenset[str]] = {
    "input": _TEXT_INPUTS | _SINGLE | _MULTI | _PICKERS | _CHOICES | {"datetimepicker"},
    "actions": _SINGLE | _PICKERS | _CHOICES | {"button", "overflow", "datetimepicker"},
    "section": _SINGLE | _MULTI | _PICKERS | _CHOICES | {"button", "overflow", "image"},
}
MAX_ELEMENTS = {"actions": 25, "context": 10}

# Element type -> (fewest options, most options).
OPTION_COUNTS = {"checkboxes": (1, 10), "radio_buttons": (1, 10), "overflow": (1, 5)}
DEFAULT_OPTION_COUNT = (1, 100)
# Element types whose options may use mrkdwn.
MRKDWN_OPTION_TYPES = _CHOICES
