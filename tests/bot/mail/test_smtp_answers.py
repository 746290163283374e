"""Tests of classifying a mail server's refusals, by phase, basic and enhanced code (B07)."""

from __future__ import annotations

from email.headerregistry import Address

import pytest

from bot.mail.letter import Letter
from bot.mail.smtp import Mailer
from bot.mail.smtp_errors import MailboxUnavailable, MailRefused, MailUnreachable, MailUnusable
from bot.settings.smtp_url import SmtpServer
from tests.bot.smtp_server import stub_smtp_server
from tests.times import NOON

LETTER = Letter(Address("Ada", "ada", "health.example"), "en", "S", "text\n", "<p>text</p>")
MAIL, RCPT, DATA = "MAIL", "RCPT", "DATA"

# About this address alone: no try will succeed.
ADDRESS = (
    (RCPT, "550 5.1.1 <ada@health.example>: Recipient address rejected: User unknown"),
    (RCPT, "550 5.1.2 Bad destination system address"),
    (RCPT, "501 5.1.3 Bad recipient address syntax"),
    (RCPT, "553 5.1.3 The address is no valid RFC 5321 address"),
    (RCPT, "550 5.1.6 The mailbox has moved"),
    (RCPT, "556 5.1.10 Recipient address has a null MX"),
    (RCPT, "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found"),
    (RCPT, "550 No such user here"),
    (RCPT, "550 Unknown user"),
    (RCPT, "550 Requested action not taken: mailbox unavailable"),
    (RCPT, "553 invalid mailbox name"),
    (RCPT, "551 User not local"),
    (RCPT, "556 domain does not accept mail"),
    (DATA, "550 5.1.1 User unknown; rejected after DATA"),
)
# About this mailbox: it passes, and nobody but its owner can fix it.
MAILBOX = (
    (RCPT, "552 5.2.2 Mailbox full"),
    (RCPT, "552 over quota"),
    (RCPT, "550 5.2.1 Mailbox disabled"),
    (RCPT, "552 5.2.3 Message length exceeds the mailbox's limit"),
    (RCPT, "452 4.2.2 The email account is over quota"),
    (DATA, "552 5.2.2 Mailbox full"),
)
# About the sender, the relay, a quota, the content or our login: for the operator.
INSTALLATION = (
    (MAIL, "530 5.7.57 Client not authenticated to send mail"),
    (MAIL, "530 5.7.0 Must issue a STARTTLS command first"),
    (MAIL, "550 5.7.60 SMTP; Client does not have permissions to send as this sender"),
    (MAIL, "550 5.7.1 Sender not allowed"),
    (MAIL, "553 5.1.8 Sender address domain not found"),
    (MAIL, "501 5.1.7 Bad sender address syntax"),
    (MAIL, "550 5.1.1 User unknown"),
    (MAIL, "550 No such user here"),
    (MAIL, "552 5.2.2 Over quota"),
    (MAIL, "550 5.4.5 Daily sending quota exceeded"),
    (MAIL, "552 5.3.4 Message too big for system"),
    (MAIL, "554 Denied"),
    (RCPT, "554 5.7.1 <ada@health.example>: Relay access denied"),
    (RCPT, "550 5.7.1 Client host [192.0.2.1] blocked using a list"),
    (RCPT, "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain"),
    (RCPT, "550 5.7.708 Access denied, traffic not accepted from this IP"),
    (RCPT, "550 5.4.1 Relay not permitted"),
    (RCPT, "550 5.1.8 <imi@health.example>: Sender address rejected: Domain not found"),
    (RCPT, "550 5.1.0 <imi@health.example>: Sender address rejected: User unknown"),
    (RCPT, "550 relaying denied for unknown user"),
    (RCPT, "550 you are on a list"),
    (RCPT, "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"),
    (RCPT, "503 5.5.1 Bad sequence of commands"),
    (RCPT, "530 5.7.0 Authentication required"),
    (RCPT, "554 no"),
    (DATA, "554 5.7.1 Message contains spam"),
    (DATA, "550 5.7.26 Unauthenticated mail from this domain"),
    (DATA, "552 5.3.4 Message size exceeds fixed limit"),
    (DATA, "554 5.6.0 Invalid message content"),
    (DATA, "554 Transaction failed"),
    (DATA, "550 rejected"),
)
# About nothing in particular.
LATER = (
    (MAIL, "421 4.7.0 Try again later"),
    (MAIL, "451 4.3.0 Temporary lookup failure"),
    (MAIL, "450 4.7.1 Sender rate limit exceeded"),
    (RCPT, "450 4.2.0 Greylisted"),
    (RCPT, "452 4.5.3 Too many recipients"),
    (RCPT, "451 4.7.1 Please try again"),
    (DATA, "452 4.3.1 Insufficient system storage"),
    (DATA, "421 closing"),
)


async def refusal_of(phase: str, answer: str) -> Exception:
    async with stub_smtp_server() as office:
        office.answers[phase] = answer
        mailer = Mailer(
            SmtpServer("127.0.0.1", office.port, tls_by_upgrade=False),
            "imi@health.example",
            lambda: NOON,
        )
        with pytest.raises((MailRefused, MailUnreachable)) as refusal:
            await mailer.send(LETTER, key="k")
    return refusal.value


@pytest.mark.parametrize(("phase", "answer"), ADDRESS)
async def test_only_what_is_about_this_address_is_final(phase: str, answer: str) -> None:
    """B07: 5.1.x about this address."""
    assert type(await refusal_of(phase, answer)) is MailRefused


@pytest.mark.parametrize(("phase", "answer"), MAILBOX)
async def test_a_mailbox_that_takes_no_mail_at_the_moment_waits(phase: str, answer: str) -> None:
    """B07: 552 5.2.2 mailbox full."""
    assert type(await refusal_of(phase, answer)) is MailboxUnavailable


@pytest.mark.parametrize(("phase", "answer"), INSTALLATION)
async def test_what_is_about_sender_relay_or_quota_is_ours(phase: str, answer: str) -> None:
    """B07: the mail waits for the operator, and the address is not blamed."""
    refusal = await refusal_of(phase, answer)

    assert type(refusal) is MailUnusable
    assert refusal.step.startswith(phase)
    code, status = answer.split()[:2]
    assert refusal.code.startswith(code)
    assert status in refusal.code or not status.startswith("5.")
    assert "ada" not in str(refusal)


@pytest.mark.parametrize(("phase", "answer"), LATER)
async def test_what_passes_is_tried_again(phase: str, answer: str) -> None:
    assert type(await refusal_of(phase, answer)) is MailUnreachable
