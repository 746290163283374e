"""Texts of refusals (expected errors that are shown to the user), in the reader's language."""

import math
from datetime import timedelta

from core.errors import (
    FormError,
    LastHolderError,
    RequestPausedError,
    RuleError,
    TextTooLongError,
    ThrottledError,
    UsernameMailedError,
    UsernameTakenError,
)
from core.languages.texts import Texts, texts
from core.role_keys import ADMINISTRATOR
from handlers.action_refusals import action_texts
from handlers.fault_texts import fault_text, row_text
from handlers.input_refusals import input_texts


def refusal_text(refusal: RuleError, language: str) -> str:
    """Return the text of a refusal: what is wrong, and what to do about it."""
    return "\n".join(refusal_lines(refusal, language))


def refusal_lines(refusal: RuleError, language: str) -> list[str]:
    """Return the text of a refusal, one line for each error in it."""
    if isinstance(refusal, FormError):
        return [_sentence(error, texts(language)) for error in refusal.errors]
    return [_sentence(refusal, texts(language))]


def throttled_text(refusal: ThrottledError, language: str, tz: str) -> str:
    """Return the text of the refusal to a reader whose time zone is known: when to try again."""
    t = texts(language)
    return t.gettext(
        "Too many attempts. You can try again after {moment}.",
        moment=t.moment(refusal.retry_at, tz),
    )


def field_errors(refusal: RuleError, language: str) -> dict[str, str]:
    """Return the text of each error by its field; empty if the refusal concerns no field."""
    errors = refusal.errors if isinstance(refusal, FormError) else (refusal,)
    by_field = {
        getattr(error, "field", None): _sentence(error, texts(language)) for error in errors
    }
    return {field: text for field, text in by_field.items() if field is not None}


def _sentence(refusal: RuleError, t: Texts) -> str:
    if isinstance(refusal, UsernameTakenError | UsernameMailedError):
        return _other_username_text(refusal, t)
    return (
        fault_text(refusal, t)
        or row_text(refusal, t)
        or _text_with_value(refusal, t)
        or _fixed_text(refusal, t)
    )


def _text_with_value(refusal: RuleError, t: Texts) -> str:
    match refusal:
        case LastHolderError(role=role) if role == ADMINISTRATOR:
            return t.gettext(
                "Your authority must keep an administrator who can act: one with an"
                " active Slack account. Assign the role to such a colleague first."
            )
        case TextTooLongError():
            return t.ngettext(
                "Use at most {number} character.", "Use at most {number} characters.", refusal.most
            )
        case RequestPausedError() | ThrottledError():
            return _text_with_time(refusal, t)
        case _:
            return ""


def _text_with_time(refusal: RequestPausedError | ThrottledError, t: Texts) -> str:
    if isinstance(refusal, RequestPausedError):
        return t.gettext(
            "Your last request was declined. You can send a new request after {moment}. Until then,"
            " call an administrator of your authority.",
            moment=t.moment(refusal.until, refusal.tz),
        )
    return t.ngettext(
        "Too many attempts. Try again in {number} minute.",
        "Too many attempts. Try again in {number} minutes.",
        math.ceil(refusal.wait / timedelta(minutes=1)),
    )


def _fixed_text(refusal: RuleError, t: Texts) -> str:
    return input_texts(t).get(type(refusal)) or action_texts(t).get(
        type(refusal), t.gettext("This is not possible.")
    )


def _other_username_text(refusal: UsernameTakenError | UsernameMailedError, t: Texts) -> str:
    _, free = t.gettext, refusal.suggestion
    if isinstance(refusal, UsernameTakenError):
        return _("This username is in use in IMI. {suggestion} is free.", suggestion=free)
    return _(
        "This username would appear in e-mails from IMI, for example as part of a name or an"
        " e-mail address. Choose another one: {suggestion} is free.",
        suggestion=free,
    )
