"""The SMTP client, which requires TLS unless the server runs on this machine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.headerregistry import Address

from aiosmtplib import SMTP, SMTPException

from bot.mail.letter import Letter, domain_of
from bot.mail.mime import mime_message
from bot.mail.smtp_answers import Phase
from bot.mail.smtp_errors import (
    MailRefused,
    MailUnreachable,
    MailUnusable,
    connection_errors,
    sending_errors,
)
from bot.runtime.clock import Clock, utc_now
from bot.runtime.fault_reports import NO_REPORTS, FaultReporter
from bot.settings.checks import parse_mailbox
from bot.settings.settings import Settings
from bot.settings.smtp_url import SmtpServer, parse_smtp_url
from core.secret import Secret

STEP_TIMEOUT_SECONDS = 15
# Less than SEND_TIMEOUT_SECONDS in `bot/delivery/attempts.py`.
TOTAL_TIMEOUT_SECONDS = 30


class Mailer:
    """Sends letters through one SMTP server, each over its own connection."""

    def __init__(
        self, server: SmtpServer, sender: str, clock: Clock, faults: FaultReporter = NO_REPORTS
    ) -> None:
        """Remember the server; `sender` is `Name <address>` or a bare address.

        Raises:
            ValueError: the sender is neither; the error does not quote it.
        """
        self._server = server
        self._sender = parse_mailbox(sender)
        self._clock = clock
        self._faults = faults

    async def send(self, letter: Letter, *, key: str) -> None:
        """Send the letter; the same key gives the same Message-ID.

        Raises:
            MailRefused: the server says that there is no such address.
            MailUnusable: it refuses the sender, the relay, the letter or our login.
            MailUnreachable: it failed for now: 4xx, a full mailbox, network or TLS.
        """
        message = mime_message(letter, self._sender, key=key, now=self._clock())
        recipient = letter.recipient.addr_spec
        try:
            async with self._open() as smtp:
                with sending_errors():
                    options = self._options(smtp, recipient)
                    await smtp.sendmail(
                        self._sender.addr_spec,
                        [recipient],
                        message,
                        mail_options=options,
                    )
        except MailUnusable as fault:
            await self._faults.refused(fault.step, fault.code)
            raise
        await self._faults.worked()

    async def check_envelope(self, recipient: Address) -> None:
        """Send the sender and this recipient to the server, and reset before a mail is sent.

        Raises:
            MailRefused: the server says that there is no such address.
            MailUnusable: it refuses the sender, the relay or our login.
            MailUnreachable: it failed for now: 4xx, a full mailbox, network or TLS.
        """
        async with self._open() as smtp:
            with sending_errors():
                options = self._options(smtp, recipient.addr_spec)
                encoding = "utf-8" if options else "ascii"
                await smtp.mail(self._sender.addr_spec, options=options, encoding=encoding)
                await smtp.rcpt(recipient.addr_spec, encoding=encoding)
                await smtp.rset()

    def _options(self, smtp: SMTP, recipient: str) -> list[str]:
        """Return the options of MAIL FROM; only non-ASCII addresses need SMTPUTF8."""
        if (self._sender.addr_spec + recipient).isascii():
            return []
        if smtp.supports_extension("smtputf8"):
            return ["SMTPUTF8"]
        if self._sender.addr_spec.isascii():
            raise MailRefused(None)
        raise MailUnusable(Phase.SENDER, "no SMTPUTF8")

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[SMTP]:
        # Not `async with SMTP(…)`: on an error it sends QUIT and waits for the answer.
        smtp = SMTP(
            hostname=self._server.host,
            port=self._server.port,
            use_tls=self._server.tls_from_start,
            start_tls=False,
            local_hostname=domain_of(self._sender),
            timeout=STEP_TIMEOUT_SECONDS,
        )
        try:
            async with asyncio.timeout(TOTAL_TIMEOUT_SECONDS):
                with connection_errors():
                    await _log_in(smtp, self._server)
                yield smtp
                # The letter has been accepted, so errors of QUIT do not matter.
                with suppress(SMTPException, OSError):
                    await smtp.quit()
        except TimeoutError:
            raise MailUnreachable("the mail server takes too long") from None
        finally:
            smtp.close()


def mailer_from(
    settings: Settings, clock: Clock | None = None, faults: FaultReporter = NO_REPORTS
) -> Mailer:
    """Return the mailer of the settings; without a clock, it uses the machine's.

    Raises:
        ValueError: a setting is wrong; the error names it and does not quote its value.
    """
    try:
        server = parse_smtp_url(Secret(settings.imi_smtp_url.get_secret_value()))
    except ValueError as error:
        raise ValueError(f"IMI_SMTP_URL is wrong: {error}.") from None
    try:
        return Mailer(server, settings.imi_mail_from, clock or utc_now, faults)
    except ValueError as error:
        raise ValueError(f"IMI_MAIL_FROM is wrong: {error}.") from None


async def _log_in(smtp: SMTP, server: SmtpServer) -> None:
    await smtp.connect()
    await smtp.ehlo()
    if server.tls_by_upgrade:
        if not smtp.supports_extension("starttls"):
            reason = (
                "the mail server does not offer STARTTLS; without it no mail leaves this machine"
            )
            raise MailUnusable(Phase.STARTTLS, "not offered", reason)
        await smtp.starttls()
    if server.user is not None and server.password is not None:
        await smtp.login(server.user, server.password.reveal())
