"""A user as one row of a list, with the menu of what can be done with them."""

from slackblocks import Block, SectionBlock

from core.languages.texts import Texts
from core.users.rules import User
from core.users.status import account_state, password_state
from handlers.ui.account_states import account_words, password_words
from handlers.ui.markdown import escaped, shortened
from handlers.ui.role_names import role_lines
from handlers.ui.user_menu import menu_of
from handlers.ui.view_context import HomeContext


def user_block(user: User, frame: HomeContext, t: Texts) -> Block:
    """Return a user in a list: name, states, last sign-in, roles, and the menu (R76-R78)."""
    return SectionBlock(
        state_line(user, frame, t), accessory=menu_of(user, t), block_id=f"user_{user.id}"
    )


def state_line(user: User, frame: HomeContext, t: Texts) -> str:
    """Return name, states, last sign-in and roles, a line each or so."""
    _ = t.gettext
    states = [
        account_words(account_state(user.standing), t),
        password_words(password_state(user.standing, frame.now), t),
    ]
    if user.last_signed_in_at is not None:
        moment = t.moment(user.last_signed_in_at, frame.tz)
        states.append(_("last sign-in {moment}", moment=moment))
    roles = [f"• {line}" for line in role_lines(user, frame.catalogue, t.language)]
    shown = [f"*{escaped(user.full_name)}*", " · ".join(states), *roles]
    return shortened("\n".join(shown if roles else [*shown, _("No roles yet.")]))
