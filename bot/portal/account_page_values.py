"""Computes the values for the templates of the portal website's account and password pages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from core.authorities.rules import Authority
from core.catalogue.rules import Catalogue
from core.errors import PasswordRule
from core.languages.names import full_name
from core.languages.texts import Texts
from core.policy import Policy
from core.role_keys import WHOLE_AUTHORITY
from core.secret import Secret
from core.sessions.rules import Session, digest_of
from core.users.rules import User
from core.users.status import PasswordState, password_state
from handlers.password_rule_texts import password_rule_text
from handlers.ui.role_names import ordered_roles

# The rules that the page's script checks while the person types.
WHILE_TYPING = {
    PasswordRule.LENGTH: "length",
    PasswordRule.UPPER_CASE: "upper",
    PasswordRule.LOWER_CASE: "lower",
    PasswordRule.NUMBER: "number",
    PasswordRule.NOT_TOO_LONG: "most",
}


def must_choose_password(user: User, now: datetime) -> bool:
    """Return whether the user may do nothing but choose a new password (D2)."""
    return password_state(user.status, now) in {PasswordState.TEMPORARY, PasswordState.EXPIRED}


def has_own_password(user: User) -> bool:
    """Return whether the user chose the password themselves, so that forms must ask for it.

    A temporary password was typed just before, and allows only the choice of another (D2).
    """
    return not user.status.temporary


def has_expired_password(user: User, now: datetime) -> bool:
    """Return whether the password has expired (R69)."""
    return password_state(user.status, now) == PasswordState.EXPIRED


def rule_rows(
    broken: tuple[PasswordRule, ...], policy: Policy, language: str
) -> list[dict[str, Any]]:
    """Return the rules as rows: sentence, state, and how the page's script checks it.

    The state is empty before a password was sent. The rule about the last passwords (R71) has a
    state only if all other rules hold.
    """
    numbers = {
        PasswordRule.LENGTH: policy.password_min_length,
        PasswordRule.NOT_TOO_LONG: policy.password_max_length,
    }
    return [
        {
            "text": password_rule_text(rule, policy, language),
            "state": _state_of(rule, broken),
            "check": WHILE_TYPING.get(rule, ""),
            "number": numbers.get(rule, 0),
        }
        for rule in PasswordRule
    ]


def account_values(
    user: User, authority: Authority, catalogue: Catalogue, t: Texts, tz: str
) -> dict[str, Any]:
    """Return the values of the account page, in the page's language and the user's time zone."""
    modules: dict[str, list[str]] = {}
    for key in ordered_roles(user.roles, catalogue):
        whole = key.module == WHOLE_AUTHORITY
        title = (
            authority.informal_title if whole else catalogue.name_of_module(key.module, t.language)
        )
        modules.setdefault(title, []).append(catalogue.name_of_role(key, t.language))
    until, signed_in = user.status.expires_at, user.last_signed_in_at
    return {
        "name": full_name(user, t.language),
        "authority": authority.official_name,
        "username": user.username,
        "modules": modules,
        "until": t.date(until, tz) if until is not None else "",
        "last_sign_in": t.moment(signed_in, tz) if signed_in is not None else "",
    }


def session_rows(
    sessions: Iterable[Session], token: Secret | None, t: Texts, tz: str
) -> list[dict[str, Any]]:
    """Return the open sessions as rows: opened, last used, whether it is this browser's."""
    own = "" if token is None else digest_of(token)
    return [
        {
            "since": t.moment(session.opened_at, tz),
            "seen": t.moment(session.seen_at, tz),
            "own": session.token_digest == own,
        }
        for session in sessions
    ]


def _state_of(rule: PasswordRule, broken: tuple[PasswordRule, ...]) -> str:
    if rule in broken:
        return "broken"
    return "" if not broken or rule == PasswordRule.NOT_RECENT else "kept"
