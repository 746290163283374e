"""The exceptions for a mail that cannot be sent, which replace those of `aiosmtplib`.

They do not quote the text of the server's answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPConnectResponseError,
    SMTPDataError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from bot.mail.smtp_answers import Phase, RefusalCause, cause_of, parse_answer


class MailRefused(Exception):  # noqa: N818 - named for what happened, as its counterpart in Slack
    """The address does not exist; `code` is SMTP's, or None if the address needs SMTPUTF8."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"the mail server refused the letter ({code or 'no SMTPUTF8'})")
        self.code = code


class MailUnreachable(Exception):  # noqa: N818 - named for what happened
    """The mail cannot be sent now; the text gives the reason, without the server's text."""

    def __init__(self, reason: str, code: int | str | None = None) -> None:
        super().__init__(reason)
        self.code = code


class MailboxUnavailable(MailUnreachable):
    """The recipient's mailbox is full or accepts no mail; only its owner can change that."""


class MailUnusable(MailUnreachable):
    """The server refuses the bot itself until the operator fixes the installation (B07).

    `step` is the phase of the conversation, `code` the basic and the enhanced code of the answer.
    """

    code: str

    def __init__(self, step: str, code: str, reason: str = "") -> None:
        super().__init__(reason or f"the mail server refuses the bot at {step} ({code})", code)
        self.step = step


@contextmanager
def connection_errors() -> Iterator[None]:
    """Raise our exceptions for the library's while connecting and logging in; none is final."""
    # Before the letter is sent, even 5xx (a wrong password) is no reason to give it up.
    try:
        yield
    except SMTPResponseException as error:
        answer = parse_answer(_phase_of(error), error.code, error.message)
        if cause_of(answer, error.message) == RefusalCause.INSTALLATION:
            raise MailUnusable(answer.phase, answer.codes) from None
        reason = f"the mail server does not let us in at {answer.phase} ({answer.codes})"
        raise MailUnreachable(reason, error.code) from None
    except (SMTPException, OSError) as error:
        raise MailUnreachable(_no_connection(error)) from None


@contextmanager
def sending_errors() -> Iterator[None]:
    """Raise our exceptions for the library's while a mail is being sent."""
    try:
        yield
    except SMTPRecipientsRefused as error:
        raise _error_for(error.recipients[0]) from None
    except SMTPResponseException as error:
        raise _error_for(error) from None
    except (SMTPException, OSError) as error:
        raise MailUnreachable(_no_connection(error)) from None


def _error_for(error: SMTPResponseException) -> MailRefused | MailUnreachable:
    answer = parse_answer(_phase_of(error), error.code, error.message)
    match cause_of(answer, error.message):
        case RefusalCause.ADDRESS:
            return MailRefused(error.code)
        case RefusalCause.INSTALLATION:
            return MailUnusable(answer.phase, answer.codes)
        case RefusalCause.MAILBOX:
            return MailboxUnavailable(f"the mailbox takes no mail ({answer.codes})", error.code)
        case RefusalCause.LATER:
            reason = f"the mail server puts the letter off ({answer.codes})"
            return MailUnreachable(reason, error.code)


def _phase_of(error: SMTPResponseException) -> Phase:
    phases: dict[type[SMTPResponseException], Phase] = {
        SMTPConnectResponseError: Phase.GREETING,
        SMTPHeloError: Phase.EHLO,
        SMTPAuthenticationError: Phase.LOGIN,
        SMTPSenderRefused: Phase.SENDER,
        SMTPRecipientRefused: Phase.RECIPIENT,
        SMTPDataError: Phase.CONTENT,
    }
    return phases.get(type(error), Phase.STARTTLS)


def _no_connection(error: Exception) -> str:
    return f"the mail server cannot be reached ({type(error).__name__})"
