"""The modal with an authority's users: the fields above, pages, and a menu for each user."""

from dataclasses import dataclass
from datetime import datetime

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    Element,
    ModalView,
    PlainText,
    SectionBlock,
    Text,
)

from core.authorities.rules import Authority
from core.languages.texts import Texts, texts
from core.users.list_order import position_of
from core.users.list_page import PAGE_SIZE, UserListPage
from handlers.json_types import Json
from handlers.ui.action_ids import ADD_USER
from handlers.ui.blocks import metadata_json, view_json
from handlers.ui.namesakes import BesideName, least_beside, namesakes
from handlers.ui.view_context import ViewContext
from handlers.users.list_choices import ListChoices, choice_blocks, choices_json
from handlers.users.user_row import user_row

LIST = "users_list"
NEXT = "users_next"
PREVIOUS = "users_previous"
CSV = "users_csv"


@dataclass(frozen=True, slots=True)
class UserListState:
    """The authority, the reader's choices, and the page that is shown."""

    authority: Authority
    choices: ListChoices
    page: UserListPage


def list_view(state: UserListState, view_context: ViewContext, language: str) -> Json:
    """Return the modal with a page of users."""
    t = texts(language)
    _ = t.gettext
    blocks: list[Block] = [
        *choice_blocks(state.choices, state.authority, view_context, t),
        ContextBlock([Text(_count_text(state.page, t))], block_id="number"),
        *_rows(state, view_context, t),
        *_empty(state, t),
        *_pages(state.page, t),
    ]
    view = ModalView(
        title=PlainText(_("Users")),
        submit=PlainText(t.pgettext("button", "Search")),
        close=PlainText(_("Close")),
        callback_id=LIST,
        private_metadata=metadata_json(_metadata(state, view_context.now)),
        blocks=blocks,
    )
    return view_json(view)


def _metadata(state: UserListState, now: datetime) -> Json:
    choices, users = choices_json(state.choices), state.page.users
    if not users:
        return choices
    order = state.choices.query.order
    before, after = (position_of(user, order, now) for user in (users[0], users[-1]))
    return {**choices, "before": before, "after": after}


def _rows(state: UserListState, view_context: ViewContext, t: Texts) -> list[Block]:
    users, beside = state.page.users, state.choices.beside
    same_name = namesakes(users, t.language)
    return [
        user_row(
            user,
            view_context,
            t,
            least_beside(user, same_name) if beside == BesideName.NOTHING else beside,
        )
        for user in users
    ]


def _count_text(page: UserListPage, t: Texts) -> str:
    if page.total <= PAGE_SIZE:
        return t.ngettext("{number} user", "{number} users", page.total)
    return t.ngettext(
        "{shown} of {number} user", "{shown} of {number} users", page.total, shown=len(page.users)
    )


def _empty(state: UserListState, t: Texts) -> list[Block]:
    if state.page.users:
        return []
    text = t.gettext(
        "No users match. Type less of the name, or show all users. Use `/imi-adduser`"
        " to register someone."
    )
    return [SectionBlock(text, block_id="empty")]


def _pages(page: UserListPage, t: Texts) -> list[Block]:
    buttons: list[Element] = []
    if page.more_before:
        buttons.append(Button(t.gettext("Previous page"), PREVIOUS, value="previous"))
    if page.more_after:
        buttons.append(Button(t.gettext("Next page"), NEXT, value="next"))
    if page.users:
        buttons.append(Button(t.gettext("As a CSV file"), CSV, value="csv"))
    buttons.append(Button(t.gettext("Add a user"), ADD_USER, value="add", style="primary"))
    return [ActionsBlock(buttons, block_id="pages")]
