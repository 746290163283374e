"""Checks for `imi-bot doctor` that the mail server accepts the sender and a recipient (B07).

No mail is sent: the SMTP conversation ends before the text of a mail.
"""

from email.headerregistry import Address

from bot.cli.doctor_checks import Check, CheckResult
from bot.mail.smtp import Mailer, mailer_from
from bot.mail.smtp_answers import Phase
from bot.mail.smtp_errors import MailRefused, MailUnreachable, MailUnusable
from bot.settings.checks import parse_mailbox
from bot.settings.settings import Settings

_ASK = "ask whoever runs the mail server"
_ADVICE = {
    Phase.LOGIN: "check user and password in IMI_SMTP_URL",
    Phase.SENDER: f"it does not let the bot send as IMI_MAIL_FROM; {_ASK}",
    Phase.RECIPIENT: f"it does not let the bot send to this recipient; {_ASK}",
}


async def check_mail(settings: Settings) -> CheckResult:
    """Return whether the server accepts mail from the bot, and what to do otherwise (B07).

    The recipient is `IMI_OPERATOR_MAIL`, or else the sender itself; nothing is sent.
    """
    operator = settings.imi_operator_mail
    name = "IMI_MAIL_FROM" if operator is None else "IMI_OPERATOR_MAIL"
    recipient = parse_mailbox(operator or settings.imi_mail_from)
    try:
        return await _check_envelope(mailer_from(settings), recipient, name, is_real=bool(operator))
    except MailUnusable as error:
        advice = _ADVICE.get(Phase(error.step), _ASK)
        return CheckResult(Check.MAIL, ok=False, text=f"mail: {error}: {advice}")
    except MailUnreachable as error:
        return CheckResult(Check.MAIL, ok=False, text=f"mail: IMI_SMTP_URL: {error}")


async def _check_envelope(
    mailer: Mailer, recipient: Address, name: str, *, is_real: bool
) -> CheckResult:
    try:
        await mailer.check_envelope(recipient)
    except MailRefused as error:
        code = error.code or "no SMTPUTF8"
        if is_real:
            unknown = f"mail: the mail server knows no address {name} ({code}); correct it"
            return CheckResult(Check.MAIL, ok=False, text=unknown)
        # Nobody needs to read the sender's mailbox.
        return CheckResult(
            Check.MAIL,
            ok=True,
            text="mail: the mail server accepts the sender; set IMI_OPERATOR_MAIL, so that a"
            " recipient can be tried too",
        )
    accepted = f"mail: the mail server accepts the sender, and {name} as recipient"
    return CheckResult(Check.MAIL, ok=True, text=accepted)
