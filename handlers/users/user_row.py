"""The block that shows a user in a list, with a menu of actions on that user."""

from slackblocks import Block, SectionBlock

from core.languages.texts import Texts
from core.users.rules import User
from core.users.status import account_state
from handlers.ui.account_states import account_state_text, password_state_text
from handlers.ui.markdown import shortened
from handlers.ui.namesakes import BesideName, name_line
from handlers.ui.role_names import user_role_lines
from handlers.ui.user_menu import user_menu
from handlers.ui.view_context import ViewContext


def user_row(
    user: User, view_context: ViewContext, t: Texts, beside: BesideName = BesideName.NOTHING
) -> Block:
    """Return a row: name, states, last sign-in, roles, and the menu (R76-R78)."""
    return SectionBlock(
        _lines(user, view_context, t, beside),
        accessory=user_menu(user, t),
        block_id=f"user_{user.id}",
    )


def _lines(user: User, view_context: ViewContext, t: Texts, beside: BesideName) -> str:
    _ = t.gettext
    states = [
        account_state_text(account_state(user.status), t),
        password_state_text(user.status, view_context, t),
    ]
    if user.last_signed_in_at is not None:
        moment = t.moment(user.last_signed_in_at, view_context.tz)
        states.append(_("last sign-in {moment}", moment=moment))
    roles = [f"• {line}" for line in user_role_lines(user, view_context.catalogue, t.language)]
    shown = [name_line(user, beside, t.language), " · ".join(states), *roles]
    return shortened("\n".join(shown if roles else [*shown, _("No roles yet.")]))
