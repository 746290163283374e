"""Texts and symbols for the states of accounts and passwords (R76-R78)."""

from core.languages.texts import Texts
from core.users.status import (
    AccountState,
    AccountStatus,
    PasswordState,
    blocked_until,
    password_state,
    shown_password_state,
)
from handlers.ui.view_context import ViewContext


def account_state_text(state: AccountState, t: Texts) -> str:
    """Return the state of the account (R76, R77)."""
    _ = t.gettext
    return {
        AccountState.NEW: _("new: has never signed in"),
        AccountState.ACTIVE: t.pgettext("account", "active"),
    }[state]


def password_state_text(status: AccountStatus, view_context: ViewContext, t: Texts) -> str:
    """Return the state of the password, with a symbol (R78)."""
    return f"{_symbol(status, view_context)} {password_state_name(status, view_context, t)}"


def password_state_name(status: AccountStatus, view_context: ViewContext, t: Texts) -> str:
    """Return the state of the password without a symbol, and when a block ends (R78, D3)."""
    _ = t.gettext
    until = blocked_until(status, view_context.now)
    if until is not None:
        moment = t.moment(until, view_context.tz)
        return _("blocked until {moment} in new browsers", moment=moment)
    return {
        PasswordState.TEMPORARY: _("temporary password"),
        PasswordState.VALID: _("valid password"),
        PasswordState.BLOCKED: _("blocked password"),
        PasswordState.EXPIRED: _("expired password"),
    }[password_state(status, view_context.now)]


def own_password_text(status: AccountStatus, view_context: ViewContext, t: Texts) -> str:
    """Return the state of the reader's own password, and its date, with a symbol (R70, R78)."""
    return f"{_symbol(status, view_context)} {_own_password_sentence(status, view_context, t)}"


def _own_password_sentence(status: AccountStatus, view_context: ViewContext, t: Texts) -> str:
    _ = t.gettext
    blocked = blocked_until(status, view_context.now)
    if blocked is not None:
        moment = t.moment(blocked, view_context.tz)
        return _("Your password: blocked until {moment} in new browsers", moment=moment)
    state = password_state(status, view_context.now)
    if status.expires_at is None or state == PasswordState.BLOCKED:
        return {
            PasswordState.TEMPORARY: _("Your password: temporary"),
            PasswordState.VALID: _("Your password: valid"),
            PasswordState.BLOCKED: _("Your password: blocked"),
            PasswordState.EXPIRED: _("Your password: expired"),
        }[state]
    date = t.date(status.expires_at, view_context.tz)
    return {
        PasswordState.TEMPORARY: _("Your password: temporary, valid until {date}", date=date),
        PasswordState.VALID: _("Your password: valid until {date}", date=date),
        PasswordState.EXPIRED: _("Your password: expired on {date}", date=date),
    }[state]


def _symbol(status: AccountStatus, view_context: ViewContext) -> str:
    return {
        PasswordState.TEMPORARY: ":hourglass:",
        PasswordState.VALID: ":white_check_mark:",
        PasswordState.BLOCKED: ":lock:",
        PasswordState.EXPIRED: ":warning:",
    }[shown_password_state(status, view_context.now)]
