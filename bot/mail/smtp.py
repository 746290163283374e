"""The SMTP client, which requires TLS unless the server runs on this machine."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from bot.mail.letter import Letter, domain_of
from bot.mail.mime import mime_message
from bot.settings.checks import parse_mailbox
from bot.settings.settings import Settings
from bot.settings.smtp_url import SmtpServer, parse_smtp_url
from core.secret import Secret

Clock = Callable[[], datetime]

STEP_TIMEOUT_SECONDS = 15
TOTAL_TIMEOUT_SECONDS = 30
_PERMANENT = 500


class MailRefused(Exception):  # noqa: N818 - named for what happened, as its counterpart in Slack
    """The server will never accept the letter; `code` is SMTP's, or None if SMTPUTF8 is missing."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"the mail server refused the letter ({code or 'no SMTPUTF8'})")
        self.code = code


class MailUnreachable(Exception):  # noqa: N818 - named for what happened
    """The letter cannot be sent now; the text says why and quotes nothing."""

    def __init__(self, reason: str, code: int | None = None) -> None:
        super().__init__(reason)
        self.code = code


class Mailer:
    """Sends letters through one SMTP server, each over its own connection."""

    def __init__(self, server: SmtpServer, sender: str, clock: Clock) -> None:
        """Remember the server; `sender` is `Name <address>` or a bare address.

        Raises:
            ValueError: the sender is neither; the error does not quote it.
        """
        self._server = server
        self._sender = parse_mailbox(sender)
        self._clock = clock

    async def send(self, letter: Letter, *, key: str) -> None:
        """Send the letter; the same key gives the same Message-ID.

        Raises:
            MailRefused: the server will never accept it (5xx).
            MailUnreachable: it failed for now: 4xx, network, TLS, or the server refuses our login.
        """
        message = mime_message(letter, self._sender, key=key, now=self._clock())
        recipients = [letter.recipient.addr_spec]
        async with self._open() as smtp:
            with _sending_errors():
                options = _options(smtp, self._sender.addr_spec + recipients[0])
                # As bytes: given a message, the library would parse and fold the headers again.
                await smtp.sendmail(
                    self._sender.addr_spec, recipients, message.as_bytes(), mail_options=options
                )

    async def check_connection(self) -> None:
        """Connect, start TLS, log in and quit.

        Raises:
            MailUnreachable: one of these steps failed.
        """
        async with self._open():
            return

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
                with _connection_errors():
                    await _log_in(smtp, self._server)
                yield smtp
                # The letter has been accepted, so errors of QUIT do not matter.
                with suppress(SMTPException, OSError):
                    await smtp.quit()
        except TimeoutError:
            raise MailUnreachable("the mail server takes too long") from None
        finally:
            smtp.close()


def mailer_from(settings: Settings, clock: Clock | None = None) -> Mailer:
    """Return the mailer of the settings; without a clock, it uses the machine's.

    Raises:
        ValueError: a setting is wrong; the error names it and does not quote its value.
    """
    try:
        server = parse_smtp_url(Secret(settings.imi_smtp_url.get_secret_value()))
    except ValueError as error:
        raise ValueError(f"IMI_SMTP_URL is wrong: {error}.") from None
    try:
        return Mailer(server, settings.imi_mail_from, clock or _utc_now)
    except ValueError as error:
        raise ValueError(f"IMI_MAIL_FROM is wrong: {error}.") from None


def _utc_now() -> datetime:
    return datetime.now(UTC)


async def _log_in(smtp: SMTP, server: SmtpServer) -> None:
    await smtp.connect()
    await smtp.ehlo()
    if server.tls_by_upgrade:
        if not smtp.supports_extension("starttls"):
            raise MailUnreachable(
                "the mail server does not offer STARTTLS; without it no mail leaves this machine"
            )
        await smtp.starttls()
    if server.user is not None and server.password is not None:
        await smtp.login(server.user, server.password.reveal())


def _options(smtp: SMTP, addresses: str) -> list[str]:
    """Return the options of MAIL FROM; only non-ASCII addresses need SMTPUTF8."""
    if addresses.isascii():
        return []
    if not smtp.supports_extension("smtputf8"):
        raise SMTPNotSupported("An address is not ASCII.")
    return ["SMTPUTF8"]


@contextmanager
def _connection_errors() -> Iterator[None]:
    # Before the letter is sent, even 5xx (a wrong password) is no reason to give it up.
    try:
        yield
    except SMTPResponseException as error:
        reason = f"the mail server does not let us in ({type(error).__name__}, {error.code})"
        raise MailUnreachable(reason, error.code) from None
    except (SMTPException, OSError) as error:
        raise MailUnreachable(_no_connection(error)) from None


@contextmanager
def _sending_errors() -> Iterator[None]:
    try:
        yield
    except SMTPNotSupported:
        raise MailRefused(None) from None
    except SMTPRecipientsRefused as error:
        raise _error_for(error.recipients[0].code) from None
    except SMTPResponseException as error:
        raise _error_for(error.code) from None
    except (SMTPException, OSError) as error:
        raise MailUnreachable(_no_connection(error)) from None


def _error_for(code: int) -> MailRefused | MailUnreachable:
    if code >= _PERMANENT:
        return MailRefused(code)
    return MailUnreachable(f"the mail server puts the letter off ({code})", code)


def _no_connection(error: Exception) -> str:
    return f"the mail server cannot be reached ({type(error).__name__})"
