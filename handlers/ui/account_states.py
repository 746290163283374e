"""Texts and symbols for the states of accounts and passwords (R76-R78)."""

from datetime import timedelta

from core.languages.texts import Texts
from core.users.status import (
    AccountState,
    AccountStatus,
    PasswordState,
    blocked_until,
    is_temporary_expired,
    password_state,
    shown_password_state,
)
from handlers.ui.view_context import ViewContext

# The first reminder goes out this long before a password expires (D6).
SOON = timedelta(days=14)


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


def next_step_text(status: AccountStatus, view_context: ViewContext, t: Texts) -> str:
    """Return what the reader has to do next about their own account (R70, R78)."""
    _ = t.gettext
    if blocked_until(status, view_context.now) is not None:
        return ":arrow_right: " + _("Sign in with a browser that you have used for IMI before.")
    state = password_state(status, view_context.now)
    if state == PasswordState.BLOCKED or is_temporary_expired(status, view_context.now):
        return ":arrow_right: " + _(
            "You cannot sign in at the moment. Request a new password; an administrator of your"
            " authority decides."
        )
    if state == PasswordState.EXPIRED:
        return ":arrow_right: " + _(
            "Open the portal and sign in with your present password. You then choose a new one."
        )
    if state == PasswordState.TEMPORARY:
        return ":arrow_right: " + _(
            "Open the portal and sign in with your username and the temporary password from the"
            " e-mail. You then choose a password of your own."
        )
    if status.expires_at is not None and status.expires_at - view_context.now <= SOON:
        date = t.date(status.expires_at, view_context.tz)
        return ":arrow_right: " + _("Choose a new password in the portal by {date}.", date=date)
    return ":white_check_mark: " + _("Your account is in order.")


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
