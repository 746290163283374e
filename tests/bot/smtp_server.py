"""SMTP servers for tests, with a choice of TLS, login, SMTPUTF8 and replies."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bot.settings.smtp_url import SmtpServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

CERTIFICATE = Path(__file__).with_name("loopback.pem")


class StubSmtpServer:
    """Keeps the mails that arrive; `answers` replaces the answer to MAIL, RCPT or DATA."""

    def __init__(self) -> None:
        self.port = 0
        self.mails: list[bytes] = []
        self.commands: list[str] = []
        self.signed_in: list[tuple[bytes, bytes]] = []
        self.answers: dict[str, str] = {}
        self.hangs_up = False
        self.meanwhile: Callable[[], Awaitable[object]] | None = None

    async def handle_MAIL(  # noqa: N802 - as aiosmtpd calls it
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Accept a sender, or give the chosen answer."""
        self.commands.append(f"MAIL {address}")
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RSET(  # noqa: N802 - as aiosmtpd calls it
        self, _server: SMTP, _session: Session, _envelope: Envelope
    ) -> str:
        """Note that the envelope was withdrawn."""
        self.commands.append("RSET")
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Accept a recipient, or give the chosen answer."""
        self.commands.append(f"RCPT {address}")
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd calls
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Accept a mail, give the chosen answer, or drop the connection."""
        if self.hangs_up:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        if "DATA" in self.answers:
            return self.answers["DATA"]
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
        assert envelope.original_content is not None
        self.mails.append(envelope.original_content)
        return "250 OK"

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
    ) -> AuthResult:
        """Check the password."""
        assert isinstance(data, LoginPassword)
        self.signed_in.append((data.login, data.password))
        return AuthResult(success=data.password == b"p@ss/word", handled=False)


@asynccontextmanager
async def stub_smtp_server(
    *,
    tls_from_start: bool = False,
    **manners: Any,  # noqa: ANN401 - aiosmtpd's own settings
) -> AsyncIterator[StubSmtpServer]:
    """Serve on loopback until the block ends."""
    office, loop = StubSmtpServer(), asyncio.get_running_loop()
    manners = {"enable_SMTPUTF8": True, "authenticator": office.authenticate, **manners}
    server = await loop.create_server(
        lambda: SMTP(office, hostname="mail.test", loop=loop, **manners),
        "127.0.0.1",
        0,
        ssl=server_context() if tls_from_start else None,
    )
    office.port = server.sockets[0].getsockname()[1]
    yield office
    server.close()


@asynccontextmanager
async def silent_smtp_server(connected: asyncio.Event) -> AsyncIterator[SmtpServer]:
    """Run a server that accepts connections, sets `connected`, and never answers."""

    class Silent(asyncio.Protocol):
        def connection_made(self, _transport: asyncio.BaseTransport) -> None:
            connected.set()

    server = await asyncio.get_running_loop().create_server(Silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield SmtpServer("127.0.0.1", port, tls_by_upgrade=False)
    server.close()


def server_context() -> ssl.SSLContext:
    """Return a TLS context with a self-signed certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    return context
