"""A menu that searches for a user of one's own authority, and the modal that asks with it."""

from collections.abc import Sequence

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ExternalSelectMenu,
    ModalView,
    PlainText,
    SectionBlock,
)

from core.languages.texts import Texts, texts
from handlers.json_types import Json
from handlers.ui.blocks import view_json
from handlers.ui.search_fields import pick_menu

SEARCH_PREFIX = "user_search:"  # followed by the name of the action on the user


def user_search_menu(action_name: str, t: Texts) -> ExternalSelectMenu:
    """Return a menu that offers users by what is typed; the picked one gets the action."""
    return pick_menu(SEARCH_PREFIX + action_name, t)


def user_search_view(
    action_name: str, title: str, question: str, others: Sequence[Button], language: str
) -> Json:
    """Return the modal that asks which user the action is meant for.

    `others` are buttons for what else the person may be looking for.
    """
    t = texts(language)
    blocks: list[Block] = [
        SectionBlock(
            question, accessory=user_search_menu(action_name, t), block_id=f"which_{action_name}"
        ),
        ActionsBlock(list(others), block_id="others"),
    ]
    view = ModalView(
        title=PlainText(title),
        close=PlainText(t.gettext("Cancel")),
        callback_id="search_user",
        blocks=blocks,
    )
    return view_json(view)
