"""The modal with an authority's users: search, filter, pages, and a menu for each user."""

from dataclasses import asdict, dataclass

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    DispatchActionConfiguration,
    Element,
    InputBlock,
    ModalView,
    Option,
    PlainText,
    PlainTextInput,
    SectionBlock,
    StaticSelectMenu,
    Text,
)

from core.authorities.rules import Authority
from core.languages.texts import Texts, texts
from core.users.list_page import (
    PAGE_SIZE,
    UserFilter,
    UserListCursor,
    UserListPage,
    UserListQuery,
    cursor_at,
)
from handlers.payloads import SubmittedForm
from handlers.ui.blocks import Json, metadata_json, view_json
from handlers.ui.role_checkboxes import LONGEST_OPTION
from handlers.ui.role_names import role_name
from handlers.ui.search_text import LONGEST_SEARCH, clean_search_text
from handlers.ui.view_context import ViewContext
from handlers.users.user_row import user_row

OPEN_LIST = "open_users"
LIST = "users_list"
SEARCH = "users_search"
FILTER = "users_filter"
NEXT = "users_next"
PREVIOUS = "users_previous"
CSV = "users_csv"

# Slack's limit for the options of a menu.
MOST_CHOICES = 100


@dataclass(frozen=True, slots=True)
class UserListState:
    """The authority, the query, and the page that is shown."""

    authority: Authority
    query: UserListQuery
    page: UserListPage


def list_view(state: UserListState, view_context: ViewContext, language: str) -> Json:
    """Return the modal with a page of users."""
    t = texts(language)
    _ = t.gettext
    blocks: list[Block] = [
        _search(state.query, t),
        _filters(state, view_context, t),
        ContextBlock([Text(_count_text(state.page, t))], block_id="number"),
        *(user_row(user, view_context, t) for user in state.page.users),
        *_empty(state, t),
        *_pages(state.page, t),
    ]
    view = ModalView(
        title=PlainText(_("Users")),
        submit=PlainText(t.pgettext("button", "Search")),
        close=PlainText(_("Close")),
        callback_id=LIST,
        private_metadata=metadata_json(_metadata(state)),
        blocks=blocks,
    )
    return view_json(view)


def query_in_metadata(form: SubmittedForm) -> UserListQuery:
    """Read the query of the page that is shown; the fields may hold another query by now."""
    travelled_query = form.metadata_mapping("query")
    state = travelled_query.get("filter", "")
    filter_ = UserFilter(state) if state in set(UserFilter) else UserFilter.EVERYBODY
    return UserListQuery(travelled_query.get("text", ""), filter_, travelled_query.get("role", ""))


def query_in_fields(form: SubmittedForm) -> UserListQuery:
    """Read the query from the fields; a filter is a state or `role:MODULE:ROLE`."""
    chosen = form.text(FILTER)
    role = chosen.removeprefix("role:") if chosen.startswith("role:") else ""
    state = UserFilter(chosen) if chosen in set(UserFilter) else UserFilter.EVERYBODY
    return UserListQuery(clean_search_text(form.text(SEARCH)), state, role)


def cursor_in(form: SubmittedForm, *, forward: bool) -> UserListCursor | None:
    """Read the cursor of the next or the previous page; None if there is none."""
    cursor = form.metadata.get("after" if forward else "before")
    match cursor:
        case [str() as sort_key, int() as user_id]:
            return UserListCursor(sort_key, user_id, forward)
        case _:
            return None


def _metadata(state: UserListState) -> Json:
    users = state.page.users
    if not users:
        return {"query": asdict(state.query)}
    first, last = cursor_at(users[0], forward=False), cursor_at(users[-1], forward=True)
    return {
        "query": asdict(state.query),
        "before": [first.sort_key, first.user_id],
        "after": [last.sort_key, last.user_id],
    }


def _search(query: UserListQuery, t: Texts) -> Block:
    typed = PlainTextInput(
        SEARCH,
        initial_value=query.text or None,
        max_length=LONGEST_SEARCH,
        dispatch_action_config=DispatchActionConfiguration(["on_enter_pressed"]),
        placeholder=PlainText(t.gettext("Name, username or e-mail")),
    )
    return InputBlock(
        t.pgettext("label", "Search"), typed, dispatch_action=True, block_id=SEARCH, optional=True
    )


def _filters(state: UserListState, view_context: ViewContext, t: Texts) -> Block:
    _, catalogue = t.gettext, view_context.catalogue
    states = {
        UserFilter.EVERYBODY: _("All users"),
        UserFilter.NEW: _("Never signed in"),
        UserFilter.TEMPORARY: _("Temporary password"),
        UserFilter.BLOCKED: _("Blocked password"),
        UserFilter.EXPIRED: _("Expired password"),
        UserFilter.NO_ROLE: _("No role"),
        UserFilter.ADMINISTRATORS: _("Administrators"),
        UserFilter.UNTOLD: _("Username not passed on yet"),
    }
    choices = {key.value: text for key, text in states.items()} | {
        f"role:{key}": role_name(key, catalogue, t.language)
        for key in catalogue.roles_in(state.authority.modules)
    }
    options = {
        key: Option(PlainText(text[:LONGEST_OPTION]), key)
        for key, text in list(choices.items())[:MOST_CHOICES]
    }
    chosen = f"role:{state.query.role}" if state.query.role else state.query.filter.value
    menu = StaticSelectMenu(
        FILTER, options=list(options.values()), initial_option=options.get(chosen)
    )
    label = t.pgettext("label", "Show")
    return InputBlock(label, menu, dispatch_action=True, block_id=FILTER, optional=True)


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
    return [ActionsBlock(buttons, block_id="pages")] if buttons else []
