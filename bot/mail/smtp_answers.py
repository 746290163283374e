"""Classifies a mail server's refusals by their cause (B07).

The cause is one of four: the recipient's address, the recipient's mailbox, the bot or its mail
server, or a temporary problem.

Only a refusal of the recipient's address is final. A refusal of the sender, the relay, the content
or the login must be fixed by the operator, and a full mailbox becomes free again; so these mails
are sent later. The answer's text is read here and stored nowhere.
"""

import re
from dataclasses import dataclass
from enum import Enum, StrEnum


class Phase(StrEnum):
    """The phase of the conversation in which the server answered, by its command."""

    GREETING = "greeting"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    LOGIN = "AUTH"
    SENDER = "MAIL FROM"
    RECIPIENT = "RCPT TO"
    CONTENT = "DATA"


class RefusalCause(Enum):
    """The cause of a refusal, which says whether a later attempt can succeed."""

    ADDRESS = "the address: final"
    MAILBOX = "the mailbox: retry later"
    INSTALLATION = "the bot or its mail server: an operator must fix it"
    LATER = "temporary: retry later"


@dataclass(frozen=True, slots=True)
class SmtpAnswer:
    """An answer that refuses a step; `status` is the enhanced code (RFC 3463), or None."""

    phase: Phase
    code: int
    status: str | None

    @property
    def codes(self) -> str:
        """Return both codes, without any text."""
        return str(self.code) if self.status is None else f"{self.code} {self.status}"


_PERMANENT = 500
# At the start of the text, or in brackets at its end, as qmail writes it.
_STATUS = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b|\(#?([245]\.\d{1,3}\.\d{1,3})\)")
# RFC 3463 and RFC 7505: bad sender's mailbox, bad sender's system, sender without a mail server.
_SENDER_DETAILS = frozenset({"7", "8"})
_FULL_DETAILS = frozenset({"1", "2"})
# RFC 5321 and RFC 7504: user not local, domain without mail.
_NO_SUCH_ADDRESS = frozenset({551, 556})
# RFC 5321: mailbox unavailable, mailbox name not allowed; both are used for policies too.
_PERHAPS_NO_SUCH_ADDRESS = frozenset({550, 553})
_OVER_QUOTA = 552
_WHO = r"(?:user|mailbox|recipient|address|account)"
_UNKNOWN = (
    r"(?:unknown|no such|not (?:exist|found|known)|n't exist|invalid|unavailable|unrouteable)"
)
_NAMES_AN_UNKNOWN_ADDRESS = re.compile(
    rf"{_UNKNOWN}\W.{{0,60}}?{_WHO}|{_WHO}\W.{{0,60}}?{_UNKNOWN}", re.IGNORECASE | re.DOTALL
)
_NAMES_US = re.compile(r"relay|sender|polic|spam|block|client|denied", re.IGNORECASE)


def parse_answer(phase: Phase, code: int, text: str) -> SmtpAnswer:
    """Return the answer, with the enhanced code that its text contains, if any."""
    found = _STATUS.search(text)
    return SmtpAnswer(phase, code, found and (found[1] or found[2]))


def cause_of(answer: SmtpAnswer, text: str) -> RefusalCause:
    """Return the cause of the refusal, by its phase and codes, or by its text if no code tells."""
    about_recipient = answer.phase in {Phase.RECIPIENT, Phase.CONTENT}
    if answer.code < _PERMANENT:
        is_full = about_recipient and _is_mailbox(answer.status, _FULL_DETAILS)
        return RefusalCause.MAILBOX if is_full else RefusalCause.LATER
    if not about_recipient:
        return RefusalCause.INSTALLATION
    if answer.status is None:
        return _cause_without_status(answer, text)
    _, subject, detail = answer.status.split(".")
    if subject == "1":
        # Postfix tells of a bad sender only after RCPT, and then as 5.1.0 or 5.1.8.
        ours = detail in _SENDER_DETAILS or "sender" in text.lower()
        return RefusalCause.INSTALLATION if ours else RefusalCause.ADDRESS
    return RefusalCause.MAILBOX if subject == "2" else RefusalCause.INSTALLATION


def _is_mailbox(status: str | None, details: frozenset[str]) -> bool:
    return status is not None and status[2:4] == "2." and status[4:] in details


def _cause_without_status(answer: SmtpAnswer, text: str) -> RefusalCause:
    if answer.code == _OVER_QUOTA:
        return RefusalCause.MAILBOX
    if answer.phase == Phase.CONTENT:
        return RefusalCause.INSTALLATION
    if answer.code in _NO_SUCH_ADDRESS:
        return RefusalCause.ADDRESS
    is_unknown = _NAMES_AN_UNKNOWN_ADDRESS.search(text) and not _NAMES_US.search(text)
    if answer.code in _PERHAPS_NO_SUCH_ADDRESS and is_unknown:
        return RefusalCause.ADDRESS
    return RefusalCause.INSTALLATION
