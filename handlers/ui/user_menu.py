"""The menu of actions on a user, and the modal that asks which user an action is meant for."""

from slackblocks import (
    Block,
    Button,
    ContextBlock,
    ModalView,
    Option,
    OverflowMenu,
    PlainText,
    SectionBlock,
    Text,
)

from core.languages.names import full_name
from core.languages.sorting import in_alphabet
from core.languages.texts import Texts, texts
from core.users.lookup import MAX_MATCHES
from core.users.rules import User
from core.users.search_keys import name_in_list
from handlers.json_types import Json
from handlers.ui.action_ids import CHOOSE_USER, USER_MENU
from handlers.ui.blocks import view_json
from handlers.ui.markdown import escaped


def user_menu(user: User, t: Texts) -> OverflowMenu:
    """Return the menu of what an administrator can do with a user."""
    _ = t.gettext
    entries = {
        "edit": _("Edit details"),
        "roles": _("Change roles"),
        "reset": _("Reset password"),
        "status": _("Messages sent"),
        "remove": _("Remove"),
    }
    options = [
        Option(PlainText(text), f"{action_name}:{user.id}") for action_name, text in entries.items()
    ]
    return OverflowMenu(USER_MENU, options)


def user_choice_view(users: tuple[User, ...], action_name: str, language: str) -> Json:
    """Return the modal in which one of several users is chosen for the action."""
    t = texts(language)
    _ = t.gettext
    blocks: list[Block] = [SectionBlock(_("Several users match. Which one do you mean?"))]
    for user in in_alphabet(users[: MAX_MATCHES - 1], language, name_in_list):
        text = f"*{escaped(full_name(user, t.language))}*\n{escaped(user.email)}"
        button = Button(_("Choose"), CHOOSE_USER, value=f"{action_name}:{user.id}")
        blocks.append(SectionBlock(text, accessory=button, block_id=f"choose_{user.id}"))
    if len(users) == MAX_MATCHES:
        blocks.append(ContextBlock([Text(_("There are more users. Type more of the name."))]))
    view = ModalView(
        title=PlainText(_("Choose a user")),
        close=PlainText(_("Cancel")),
        callback_id="choose",
        blocks=blocks,
    )
    return view_json(view)


def no_match_text(text: str, language: str) -> str:
    """Return the text that says that no user matches, and how to find one."""
    return texts(language).gettext(
        "No user in your authority matches {text}. `/imi-users` lists all users.",
        text=f"*{escaped(text[:100])}*",
    )
