"""The Home tab for administrators, for users, and for everybody else; pure."""

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    HomeTabView,
    SectionBlock,
    Text,
)

from core.home.service import Overview
from core.languages.texts import Texts, texts
from core.policy import Policy
from core.users.rules import User
from handlers.authorities.search_views import OPEN_SEARCH
from handlers.authorities.views import OPEN_AUTHORITY, OPEN_CLASSIFICATION, OPEN_MODULES
from handlers.home.attention import attention_blocks
from handlers.me.views import own_blocks, password_line, portal_button
from handlers.ui.action_ids import ADD_USER, OPEN_PORTAL
from handlers.ui.blocks import Json, view_json
from handlers.ui.view_context import ViewContext
from handlers.users.list_views import OPEN_LIST
from handlers.users.user_row import user_row


def administrator_view(overview: Overview, frame: ViewContext, policy: Policy) -> Json:
    """Return "My authority" (R20, R40, R57): what needs attention, buttons, the newest users."""
    t = texts(overview.me.language)
    _ = t.gettext
    title = _("My authority: {authority}", authority=overview.authority.informal_title)
    blocks: list[Block] = [
        HeaderBlock(title[:150]),
        *attention_blocks(overview, frame, policy, t),
        _doors(t),
        _confirmed(overview, frame, t),
        DividerBlock(),
        SectionBlock("*" + _("Users, the newest first") + "*", block_id="users"),
        *(user_row(user, frame, t) for user in overview.newest),
    ]
    return _home([*blocks, *_own(overview.me, frame, t)])


def user_view(me: User, frame: ViewContext) -> Json:
    """Return the Home tab of a user who is no administrator."""
    t = texts(me.language)
    search = Button(t.gettext("Find an authority"), OPEN_SEARCH, value="search")
    return _home(
        [
            HeaderBlock(t.gettext("Your account in IMI")),
            *own_blocks(me, frame, t),
            ActionsBlock([search], block_id="search"),
        ]
    )


def text_view(text: str) -> Json:
    """Return the Home tab of a person without an account."""
    return _home([SectionBlock(text)])


def _doors(t: Texts) -> Block:
    _ = t.gettext
    return ActionsBlock(
        [
            Button(_("Authority"), OPEN_AUTHORITY, value="authority"),
            Button(_("Classification"), OPEN_CLASSIFICATION, value="classification"),
            Button(_("Modules"), OPEN_MODULES, value="modules"),
            Button(_("Users"), OPEN_LIST, value="users"),
            Button(_("Add a user"), ADD_USER, value="add", style="primary"),
            Button(_("Find an authority"), OPEN_SEARCH, value="search"),
        ],
        block_id="doors",
    )


def _confirmed(overview: Overview, frame: ViewContext, t: Texts) -> Block:
    """Say since when the authority's data is known to be right (R2)."""
    authority = overview.authority
    date = t.date(authority.confirmed_at or authority.registered_at, frame.tz)
    said = t.gettext("Last confirmed to be right on {date}.", date=date)
    return ContextBlock([Text(said)], block_id="confirmed")


def _own(me: User, frame: ViewContext, t: Texts) -> list[Block]:
    return [
        DividerBlock(),
        ContextBlock([Text(password_line(me, frame, t))], block_id="own_password"),
        ActionsBlock([portal_button(me, frame, t)], block_id=OPEN_PORTAL),
    ]


def _home(blocks: list[Block]) -> Json:
    return view_json(HomeTabView(blocks))
