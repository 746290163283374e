"""The fields above the list of users: search, filter, order, and what stands beside the names."""

from dataclasses import asdict, dataclass, field

from slackblocks import ActionsBlock, Block, Option, PlainText, StaticSelectMenu

from core.authorities.rules import Authority
from core.languages.texts import Texts
from core.users.list_order import UserListCursor, UserOrder, is_position
from core.users.list_page import UserFilter, UserListQuery
from handlers.interactions import SubmittedForm
from handlers.json_types import Json
from handlers.ui.namesakes import BesideName
from handlers.ui.role_checkboxes import LONGEST_OPTION
from handlers.ui.role_names import role_name
from handlers.ui.search_fields import filter_field, search_field
from handlers.ui.search_text import clean_search_text
from handlers.ui.view_context import ViewContext

SEARCH = "users_search"
FILTER = "users_filter"
ORDER = "users_order"
BESIDE = "users_beside"

# Slack's limit for the options of a menu.
MOST_CHOICES = 100


@dataclass(frozen=True, slots=True)
class ListChoices:
    """The reader's choices: the query, the page by its cursor, and the data beside the names."""

    query: UserListQuery = field(default_factory=UserListQuery)
    beside: BesideName = BesideName.NOTHING
    cursor: UserListCursor | None = None


def choice_blocks(
    choices: ListChoices, authority: Authority, view_context: ViewContext, t: Texts
) -> list[Block]:
    """Return the fields with the choices."""
    return [
        _search(choices.query, t),
        _filters(choices.query, authority, view_context, t),
        ActionsBlock([_orders(choices, t), _beside(choices, t)], block_id="arrangement"),
    ]


def choices_in_fields(form: SubmittedForm) -> ListChoices:
    """Read the choices from the fields, for the first page.

    A filter is a state or `role:MODULE:ROLE`.
    """
    chosen = form.text(FILTER)
    role = chosen.removeprefix("role:") if chosen.startswith("role:") else ""
    query = UserListQuery(
        clean_search_text(form.text(SEARCH)), _filter(chosen), role, _order(form.text(ORDER))
    )
    return ListChoices(query, _beside_name(form.text(BESIDE)))


def choices_in_metadata(form: SubmittedForm, page: str) -> ListChoices:
    """Read the choices of the page that is shown; the fields may hold others by now.

    `page` is "at" for the same page, "before" or "after" for its neighbours.
    """
    stored_query = form.metadata_mapping("query")
    query = UserListQuery(
        stored_query.get("text", ""),
        _filter(stored_query.get("filter", "")),
        stored_query.get("role", ""),
        _order(stored_query.get("order", "")),
    )
    beside = _beside_name(form.metadata_text("beside"))
    return ListChoices(query, beside, _cursor(form.metadata.get(page), page, query.order))


def choices_json(choices: ListChoices) -> Json:
    """Return the choices as metadata of the modal."""
    cursor = choices.cursor
    at = {} if cursor is None else {"at": [[*cursor.position], cursor.forward]}
    return {"query": asdict(choices.query), "beside": choices.beside, **at}


def _cursor(found: object, page: str, order: UserOrder) -> UserListCursor | None:
    match found:
        case [list() as position, bool() as forward] if page == "at":
            pass
        case list() as position:
            forward = page == "after"
        case _:
            return None
    return UserListCursor(tuple(position), forward) if is_position(position, order) else None


def _filter(value: str) -> UserFilter:
    return UserFilter(value) if value in set(UserFilter) else UserFilter.EVERYBODY


def _order(value: str) -> UserOrder:
    return UserOrder(value) if value in set(UserOrder) else UserOrder.NAME


def _beside_name(value: str) -> BesideName:
    return BesideName(value) if value in set(BesideName) else BesideName.NOTHING


def _search(query: UserListQuery, t: Texts) -> Block:
    hint = t.gettext("Name, username or e-mail")
    return search_field(SEARCH, t.pgettext("label", "Search"), query.text, hint)


def _filters(
    query: UserListQuery, authority: Authority, view_context: ViewContext, t: Texts
) -> Block:
    _, catalogue = t.gettext, view_context.catalogue
    states = {
        UserFilter.EVERYBODY: _("All users"),
        UserFilter.NEW: _("Never signed in"),
        UserFilter.TEMPORARY: _("Temporary password"),
        UserFilter.BLOCKED: _("Blocked password"),
        UserFilter.EXPIRED: _("Expired password"),
        UserFilter.NO_ROLE: _("No role"),
        UserFilter.ADMINISTRATORS: _("Administrators"),
        UserFilter.USERNAME_UNKNOWN: _("Username not passed on yet"),
    }
    roles = {
        f"role:{key}": role_name(key, catalogue, t.language)
        for key in catalogue.roles_in(authority.modules)
    }
    chosen = f"role:{query.role}" if query.role else query.filter.value
    menu = _menu(FILTER, {key.value: text for key, text in states.items()} | roles, chosen)
    return filter_field(FILTER, t.pgettext("label", "Show"), menu)


def _orders(choices: ListChoices, t: Texts) -> StaticSelectMenu:
    _ = t.gettext
    texts_of_orders = {
        UserOrder.NAME.value: _("Sorted by name"),
        UserOrder.URGENT.value: _("Most urgent password first"),
        UserOrder.NEWEST.value: _("Newest user first"),
    }
    return _menu(ORDER, texts_of_orders, choices.query.order.value, _("Sort the users"))


def _beside(choices: ListChoices, t: Texts) -> StaticSelectMenu:
    _ = t.gettext
    texts_beside = {
        BesideName.NOTHING.value: _("Show names only"),
        BesideName.USERNAME.value: _("Show usernames"),
        BesideName.EMAIL.value: _("Show e-mail addresses"),
    }
    return _menu(BESIDE, texts_beside, choices.beside.value, _("Show beside the names"))


def _menu(action_id: str, texts: dict[str, str], chosen: str, hint: str = "") -> StaticSelectMenu:
    options = {
        key: Option(PlainText(text[:LONGEST_OPTION]), key)
        for key, text in [*texts.items()][:MOST_CHOICES]
    }
    return StaticSelectMenu(
        action_id,
        options=[*options.values()],
        initial_option=options.get(chosen),
        placeholder=PlainText(hint) if hint else None,
    )
