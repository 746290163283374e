"""Texts of the rules for passwords, in the reader's language."""

from core.errors import PasswordRule
from core.languages.texts import texts
from core.policy import Policy


def password_rule_text(rule: PasswordRule, policy: Policy, language: str) -> str:
    """Return the text of a rule of the password policy (R71-R75)."""
    t = texts(language)
    texts_by_rule = {
        PasswordRule.LENGTH: t.ngettext(
            "At least {number} character",
            "At least {number} characters",
            policy.password_min_length,
        ),
        PasswordRule.UPPER_CASE: t.gettext("At least one upper-case letter"),
        PasswordRule.LOWER_CASE: t.gettext("At least one lower-case letter"),
        PasswordRule.NUMBER: t.gettext("At least one digit"),
        PasswordRule.NOT_TOO_LONG: t.ngettext(
            "No more than {number} character",
            "No more than {number} characters",
            policy.password_max_length,
        ),
        PasswordRule.NOT_COMMON: t.gettext("Not a commonly used password"),
        PasswordRule.NOT_PERSONAL: t.gettext("Must not contain your name or username"),
        PasswordRule.NOT_RECENT: t.ngettext(
            "Not your last {number} password",
            "Not one of your last {number} passwords",
            policy.password_history,
        ),
    }
    return texts_by_rule[rule]
