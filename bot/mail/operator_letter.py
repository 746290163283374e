"""Writes the mails that tell the operator that a service refuses the bot, or works again (B06).

A service is Slack or the mail server.
"""

from dataclasses import replace
from datetime import datetime
from email.headerregistry import Address

from bot.mail.letter import Letter
from bot.mail.notice import notice_letter
from bot.slack.advice import fault_advice
from core.faults.rules import InstallationFault, Service
from handlers.ui.messages import NotificationText

_NAMES = {Service.SLACK: "Slack", Service.MAIL: "The mail server"}
_MAIL_HINT = (
    "Check IMI_SMTP_URL and IMI_MAIL_FROM with `imi-bot doctor`, and ask whoever runs the mail"
    " server whether it lets the bot send as this sender and to any address."
)


def fault_letter(operator: Address, fault: InstallationFault) -> Letter:
    """Return the mail that reports the fault, with the answer's code but not its text."""
    name = _NAMES[fault.service]
    return _letter(
        operator,
        f"imi-bot: {name} refuses it ({fault.code})",
        f"{name} has answered {fault.code} at {fault.step} since {_moment(fault.began_at)}.",
        _hint(fault),
        "The messages wait. They go out by themselves within minutes once this is fixed, and fail"
        " after four days. The administrators of the authorities are not told meanwhile.",
        "You get one more letter when this is over, and none before that.",
    )


def all_clear_letter(operator: Address, fault: InstallationFault, now: datetime) -> Letter:
    """Return the mail that says that the fault is over."""
    name = _NAMES[fault.service]
    return _letter(
        operator,
        f"imi-bot: {name} accepts it again",
        f"{name} had answered {fault.code} at {fault.step} since {_moment(fault.began_at)}.",
        f"This was over at {_moment(now)}. No message waits for it any more.",
    )


def _letter(operator: Address, subject: str, *lines: str) -> Letter:
    letter = notice_letter(
        Address(operator.display_name or "operator of imi-bot", operator.username, operator.domain),
        "en",
        NotificationText(subject, lines),
        to_person=False,
    )
    return replace(letter, recipient=operator)


def _hint(fault: InstallationFault) -> str:
    if fault.service == Service.MAIL:
        return _MAIL_HINT
    advice = fault_advice(fault.code, fault.step)
    return f"{advice} `imi-bot doctor` shows whether the token and its scopes are right."


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
