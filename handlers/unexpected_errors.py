"""Logs an unexpected error with a reference, and returns a text with the reference for the user."""

import secrets

import structlog
from slack_sdk.errors import SlackApiError

from core.languages.texts import texts
from core.store.outages import DatabaseUnavailableError, error_name

log = structlog.get_logger()


def record(error: Exception) -> str:
    """Log the type of the error with a new reference, and return the reference.

    An error that Slack returned is logged with Slack's error code, which quotes no input.
    """
    reference = secrets.token_hex(3).upper()
    code = slack_code(error)
    log.error("unexpected_error", reference=reference, error=error_name(error), code=code)
    return reference


def slack_code(error: Exception) -> str | None:
    """Return Slack's error code, which quotes no input; None if Slack returned none."""
    code = error.response.get("error") if isinstance(error, SlackApiError) else None
    return code if isinstance(code, str) else None


def text_about(error: Exception, reference: str, language: str) -> str:
    """Return the text that a person reads after an unexpected error."""
    _ = texts(language).gettext
    if isinstance(error, DatabaseUnavailableError):
        return _(
            "The accounts in IMI cannot be reached at the moment. Wait a few minutes,"
            " and check whether your change was saved before you try again. If the"
            " problem persists, give your IT department this reference: {reference}.",
            reference=reference,
        )
    return _(
        "Something went wrong, and nothing was changed. Try again. If the problem"
        " persists, give your IT department this reference: {reference}.",
        reference=reference,
    )


def stopped_import_text(reference: str, language: str) -> str:
    """Return the text that a person reads after an unexpected error stopped an import."""
    return texts(language).gettext(
        "The import has stopped. Users already registered remain registered: import the"
        " same file again for the others. If the problem persists, give your IT"
        " department this reference: {reference}.",
        reference=reference,
    )


def stopped_resend_text(reference: str, language: str) -> str:
    """Return the text that a person reads after an unexpected error stopped 'Send all again'."""
    return texts(language).gettext(
        "The messages are not being sent again any more. Those already on their way are"
        " not affected: choose Send all again on Home for the others. If the problem"
        " persists, give your IT department this reference: {reference}.",
        reference=reference,
    )
