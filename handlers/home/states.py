"""The two states of an account in words, with a symbol (R76-R78); pure."""

from core.languages.texts import Texts
from core.users.rules import User
from core.users.status import AccountState, PasswordState, account_state, password_state
from handlers.deliveries.messages import role_lines
from handlers.home.frame import HomeContext
from handlers.markdown import escaped, shortened


def account_words(state: AccountState, t: Texts) -> str:
    """Return the account's state in words (R76, R77)."""
    _ = t.gettext
    return {
        AccountState.NEW: _("new: has never signed in"),
        AccountState.ACTIVE: _("active"),
    }[state]


def password_words(state: PasswordState, t: Texts) -> str:
    """Return the password's state in words, with a symbol (R78)."""
    symbol = {
        PasswordState.TEMPORARY: ":hourglass:",
        PasswordState.VALID: ":white_check_mark:",
        PasswordState.BLOCKED: ":lock:",
        PasswordState.EXPIRED: ":warning:",
    }[state]
    return f"{symbol} {password_name(state, t)}"


def password_name(state: PasswordState, t: Texts) -> str:
    """Return the password's state in words alone (R78)."""
    _ = t.gettext
    return {
        PasswordState.TEMPORARY: _("temporary password"),
        PasswordState.VALID: _("valid password"),
        PasswordState.BLOCKED: _("blocked password"),
        PasswordState.EXPIRED: _("expired password"),
    }[state]


def state_line(user: User, frame: HomeContext, t: Texts) -> str:
    """Return name, states, last sign-in and roles, a line each or so."""
    _ = t.gettext
    states = [
        account_words(account_state(user.status), t),
        password_words(password_state(user.status, frame.now), t),
    ]
    if user.last_signed_in_at is not None:
        moment = t.moment(user.last_signed_in_at, frame.tz)
        states.append(_("last sign-in {moment}", moment=moment))
    roles = [f"• {line}" for line in role_lines(user, frame.catalogue, t.language)]
    shown = [f"*{escaped(user.full_name)}*", " · ".join(states), *roles]
    return shortened("\n".join(shown if roles else [*shown, _("No roles yet.")]))
