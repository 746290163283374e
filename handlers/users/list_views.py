"""The list of users as a modal: search, filter, pages, and a menu for each; pure."""

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
from core.users.rules import User
from handlers.blocks import Json, compact, drawn_view
from handlers.home.frame import HomeContext
from handlers.home.states import state_line
from handlers.payloads import SubmittedForm
from handlers.roles.ticks import LONGEST_OPTION, name_of
from handlers.sought import LONGEST, sought
from handlers.users.finder import menu_of

OPEN_LIST = "open_users"
LIST = "users_list"
SEARCH = "users_search"
FILTER = "users_filter"
NEXT = "users_next"
PREVIOUS = "users_previous"
CSV = "users_csv"

# As many as Slack takes.
MOST_CHOICES = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """What the list shows: whose users, which of them, and which page."""

    authority: Authority
    query: UserListQuery
    page: UserListPage


def list_view(shown: Shown, frame: HomeContext, language: str) -> Json:
    """Return the modal with a page of users."""
    t = texts(language)
    _ = t.gettext
    blocks: list[Block] = [
        _search(shown.query, t),
        _filters(shown, frame, t),
        ContextBlock([Text(_number(shown.page, t))], block_id="number"),
        *(user_block(user, frame, t) for user in shown.page.users),
        *_empty(shown, t),
        *_pages(shown.page, t),
    ]
    view = ModalView(
        title=PlainText(_("Users")),
        submit=PlainText(_("Search")),
        close=PlainText(_("Close")),
        callback_id=LIST,
        private_metadata=compact(_travelling(shown)),
        blocks=blocks,
    )
    return drawn_view(view)


def user_block(user: User, frame: HomeContext, t: Texts) -> Block:
    """Return a user in a list: name, states, last sign-in, roles, and the menu (R76-R78)."""
    return SectionBlock(
        state_line(user, frame, t), accessory=menu_of(user, t), block_id=f"user_{user.id}"
    )


def query_of(form: SubmittedForm) -> UserListQuery:
    """Read the query whose page is shown, which may not be the one being typed."""
    travelled = form.travelled_by_name("query")
    state = travelled.get("filter", "")
    known = UserFilter(state) if state in set(UserFilter) else UserFilter.EVERYBODY
    return UserListQuery(travelled.get("text", ""), known, travelled.get("role", ""))


def query_in(form: SubmittedForm) -> UserListQuery:
    """Read what is sought; a filter is a state or `role:MODULE:ROLE`."""
    chosen = form.text(FILTER)
    role = chosen.removeprefix("role:") if chosen.startswith("role:") else ""
    state = UserFilter(chosen) if chosen in set(UserFilter) else UserFilter.EVERYBODY
    return UserListQuery(sought(form.text(SEARCH)), state, role)


def cursor_in(form: SubmittedForm, *, forward: bool) -> UserListCursor | None:
    """Read where the next page begins, or the previous one ends; None where there is none."""
    place = form.metadata.get("after" if forward else "before")
    match place:
        case [str() as sort_key, int() as user_id]:
            return UserListCursor(sort_key, user_id, forward)
        case _:
            return None


def _travelling(shown: Shown) -> Json:
    users = shown.page.users
    if not users:
        return {"query": asdict(shown.query)}
    first, last = cursor_at(users[0], forward=False), cursor_at(users[-1], forward=True)
    return {
        "query": asdict(shown.query),
        "before": [first.sort_key, first.user_id],
        "after": [last.sort_key, last.user_id],
    }


def _search(query: UserListQuery, t: Texts) -> Block:
    typed = PlainTextInput(
        SEARCH,
        initial_value=query.text or None,
        max_length=LONGEST,
        dispatch_action_config=DispatchActionConfiguration(["on_enter_pressed"]),
        placeholder=PlainText(t.gettext("Name, username or e-mail")),
    )
    return InputBlock(
        t.gettext("Search"), typed, dispatch_action=True, block_id=SEARCH, optional=True
    )


def _filters(shown: Shown, frame: HomeContext, t: Texts) -> Block:
    _, catalogue = t.gettext, frame.catalogue
    states = {
        UserFilter.EVERYBODY: _("Everybody"),
        UserFilter.NEW: _("Never signed in"),
        UserFilter.TEMPORARY: _("Temporary password"),
        UserFilter.BLOCKED: _("Blocked password"),
        UserFilter.EXPIRED: _("Expired password"),
        UserFilter.NO_ROLE: _("No role"),
        UserFilter.ADMINISTRATORS: _("Administrators"),
    }
    choices = {key.value: said for key, said in states.items()} | {
        f"role:{key}": name_of(key, catalogue, t.language)
        for key in catalogue.roles_in(shown.authority.modules)
    }
    options = {
        key: Option(PlainText(said[:LONGEST_OPTION]), key)
        for key, said in list(choices.items())[:MOST_CHOICES]
    }
    chosen = f"role:{shown.query.role}" if shown.query.role else shown.query.filter.value
    menu = StaticSelectMenu(
        FILTER, options=list(options.values()), initial_option=options.get(chosen)
    )
    return InputBlock(_("Show"), menu, dispatch_action=True, block_id=FILTER, optional=True)


def _number(page: UserListPage, t: Texts) -> str:
    if page.total <= PAGE_SIZE:
        return t.ngettext("{number} user", "{number} users", page.total)
    return t.gettext("{shown} of {total} users", shown=len(page.users), total=page.total)


def _empty(shown: Shown, t: Texts) -> list[Block]:
    if shown.page.users:
        return []
    said = t.gettext(
        "Nobody fits. Type less of the name, or show everybody. `/imi-adduser` registers somebody."
    )
    return [SectionBlock(said, block_id="empty")]


def _pages(page: UserListPage, t: Texts) -> list[Block]:
    buttons: list[Element] = []
    if page.more_before:
        buttons.append(Button(t.gettext("Previous page"), PREVIOUS, value="previous"))
    if page.more_after:
        buttons.append(Button(t.gettext("Next page"), NEXT, value="next"))
    if page.users:
        buttons.append(Button(t.gettext("As a CSV file"), CSV, value="csv"))
    return [ActionsBlock(buttons, block_id="pages")] if buttons else []
