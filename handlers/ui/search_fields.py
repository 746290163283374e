"""The fields of a search: the list or the menu follows what is typed, without a button."""

from slackblocks import (
    DispatchActionConfiguration,
    Element,
    ExternalSelectMenu,
    InputBlock,
    PlainText,
    PlainTextInput,
)

from core.languages.texts import Texts
from handlers.ui.search_text import LONGEST_SEARCH

# Enter searches at once; Slack waits a moment after a character.
_TRIGGERS = ["on_enter_pressed", "on_character_entered"]


def search_field(action_id: str, label: str, typed: str, hint: str = "") -> InputBlock:
    """Return a field whose every character is a search; `hint` says what can be typed."""
    field = PlainTextInput(
        action_id,
        initial_value=typed or None,
        max_length=LONGEST_SEARCH,
        dispatch_action_config=DispatchActionConfiguration(_TRIGGERS),
        placeholder=PlainText(hint) if hint else None,
    )
    return filter_field(action_id, label, field)


def filter_field(action_id: str, label: str, element: Element) -> InputBlock:
    """Return a field with a menu or a date, whose every choice is a search."""
    return InputBlock(label, element, dispatch_action=True, block_id=action_id, optional=True)


def pick_menu(action_id: str, t: Texts) -> ExternalSelectMenu:
    """Return a menu that offers users or authorities by the part of a name that is typed."""
    return ExternalSelectMenu(
        action_id, min_query_length=0, placeholder=PlainText(t.gettext("Type a name"))
    )
