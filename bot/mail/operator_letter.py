"""The mails that tell the operator of a fault of the installation, and that it is over (B06)."""

from dataclasses import replace
from datetime import datetime
from email.headerregistry import Address

from bot.mail.letter import Letter
from bot.mail.notice import notice_letter
from core.faults.rules import InstallationFault, Service
from handlers.ui.messages import NotificationText

_NAMES = {Service.SLACK: "Slack", Service.MAIL: "The mail server"}
_REINSTALL = (
    "Check with `imi-bot doctor`; install the app again and set the new SLACK_BOT_REINSTALL."
)
_MIGRATION = "The workspace is being migrated or restricted; its owners know until when."
_SLACK_HINTS = {
    **dict.fromkeys(
        ("token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive"),
        _REINSTALL,
    ),
    "missing_scope": "Install the app again from manifest.yml, so that it has every scope.",
    "messages_tab_disabled": "Turn on the Messages tab under App Home in the app's settings.",
    **dict.fromkeys(
        ("org_login_required", "team_access_not_granted", "ekm_access_denied", "access_denied"),
        _MIGRATION,
    ),
}
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
        "The messages wait. They go out by themselves within minutes once this is mended, and fail"
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
    )
    return replace(letter, recipient=operator)


def _hint(fault: InstallationFault) -> str:
    if fault.service == Service.MAIL:
        return _MAIL_HINT
    reference = f"Slack explains the code at https://docs.slack.dev/reference/methods/{fault.step}."
    return _SLACK_HINTS.get(fault.code, reference)


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
