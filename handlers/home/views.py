"""The Home tab for administrators, for users, and for people without an account.

The order of what needs attention is in `handlers.home.attention`.
"""

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
from handlers.home.managed_blocks import managed_blocks
from handlers.json_types import Json
from handlers.me.views import own_blocks
from handlers.ui.account_states import next_step_text, own_password_text
from handlers.ui.action_ids import ADD_USER, OPEN_LIST
from handlers.ui.blocks import view_json
from handlers.ui.namesakes import least_beside, namesakes
from handlers.ui.portal_button import portal_button, portal_url
from handlers.ui.view_context import ViewContext
from handlers.users.user_row import user_row


def administrator_view(overview: Overview, view_context: ViewContext, policy: Policy) -> Json:
    """Return "My authority": items that need attention, buttons, newest users (R20, R40, R57)."""
    t = texts(overview.me.language)
    title = t.gettext("My authority: {authority}", authority=overview.authority.informal_title)
    attention = attention_blocks(overview, view_context, policy, t)
    blocks: list[Block] = [HeaderBlock(title[:150]), *attention]
    if overview.only_kind is None:
        blocks += [
            _buttons(t),
            _last_confirmed(overview, view_context, t),
            *([] if overview.managed is None else managed_blocks(overview.managed, t)),
            *_newest_users(overview, view_context, t),
            *_own_account(overview.me, view_context, t),
        ]
    return _home(blocks)


def _newest_users(overview: Overview, view_context: ViewContext, t: Texts) -> list[Block]:
    heading = SectionBlock("*" + t.gettext("Users, the newest first") + "*", block_id="users")
    same_name = namesakes(overview.newest, t.language)
    rows = [
        user_row(user, view_context, t, least_beside(user, same_name)) for user in overview.newest
    ]
    return [DividerBlock(), heading, *rows]


def user_view(me: User, view_context: ViewContext) -> Json:
    """Return the Home tab of a user who is not an administrator."""
    t = texts(me.language)
    search = Button(t.gettext("Find an authority"), OPEN_SEARCH, value="search")
    return _home(
        [
            HeaderBlock(t.gettext("Your account in IMI")),
            SectionBlock(next_step_text(me.status, view_context, t), block_id="next_step"),
            *own_blocks(me, view_context, t),
            ActionsBlock([search], block_id="search"),
        ]
    )


def text_view(text: str) -> Json:
    """Return the Home tab of a person without an account."""
    return _home([SectionBlock(text)])


def _buttons(t: Texts) -> Block:
    _ = t.gettext
    return ActionsBlock(
        [
            Button(_("Authority"), OPEN_AUTHORITY, value="authority"),
            Button(_("Classification"), OPEN_CLASSIFICATION, value="classification"),
            Button(t.pgettext("button", "Modules"), OPEN_MODULES, value="modules"),
            Button(_("Users"), OPEN_LIST, value="users"),
            Button(_("Add a user"), ADD_USER, value="add", style="primary"),
            Button(_("Find an authority"), OPEN_SEARCH, value="search"),
        ],
        block_id="navigation",
    )


def _last_confirmed(overview: Overview, view_context: ViewContext, t: Texts) -> Block:
    """Return the date on which the authority's data was last confirmed (R2)."""
    authority = overview.authority
    date = t.date(authority.confirmed_at or authority.registered_at, view_context.tz)
    text = t.gettext("Last confirmed on {date}.", date=date)
    return ContextBlock([Text(text)], block_id="confirmed")


def _own_account(me: User, view_context: ViewContext, t: Texts) -> list[Block]:
    state = own_password_text(me.status, view_context, t)
    step = next_step_text(me.status, view_context, t)
    return [
        DividerBlock(),
        SectionBlock(
            f"{state}\n{step}",
            accessory=portal_button(portal_url(view_context.public_url, me), t),
            block_id="own_password",
        ),
    ]


def _home(blocks: list[Block]) -> Json:
    return view_json(HomeTabView(blocks))
