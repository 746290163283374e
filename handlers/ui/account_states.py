"""Texts and symbols for the states of accounts and passwords (R76-R78)."""

from core.languages.texts import Texts
from core.users.status import AccountState, PasswordState


def account_state_text(state: AccountState, t: Texts) -> str:
    """Return the state of the account (R76, R77)."""
    _ = t.gettext
    return {
        AccountState.NEW: _("new: has never signed in"),
        AccountState.ACTIVE: _("active"),
    }[state]


def password_state_text(state: PasswordState, t: Texts) -> str:
    """Return the state of the password, with a symbol (R78)."""
    symbol = {
        PasswordState.TEMPORARY: ":hourglass:",
        PasswordState.VALID: ":white_check_mark:",
        PasswordState.BLOCKED: ":lock:",
        PasswordState.EXPIRED: ":warning:",
    }[state]
    return f"{symbol} {password_state_name(state, t)}"


def password_state_name(state: PasswordState, t: Texts) -> str:
    """Return the state of the password without a symbol (R78)."""
    _ = t.gettext
    return {
        PasswordState.TEMPORARY: _("temporary password"),
        PasswordState.VALID: _("valid password"),
        PasswordState.BLOCKED: _("blocked password"),
        PasswordState.EXPIRED: _("expired password"),
    }[state]
