"""An SMTP server on loopback that keeps every mail, unless a test has planned a fault for it."""

from __future__ import annotations

import asyncio
import email
import email.policy
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from aiosmtpd.smtp import SMTP, AuthResult

from sandbox.listening import stop_accepting

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from email.message import EmailMessage

    from aiosmtpd.smtp import Envelope, Session

    from sandbox.state.change_counter import ChangeCounter

SMTP_REPLIES = {"refuse": "550 5.1.1 No such mailbox", "defer": "451 4.3.0 Try again later"}
# Above the 512 bytes of SMTP, as with some servers, so that a quoted password fits in.
MAX_REPLY_LENGTH = 2000
FAULT_KINDS = frozenset({*SMTP_REPLIES, "delay", "drop_after_accept"})


@dataclass(frozen=True)
class Mail:
    """A mail that arrived. It is parsed when somebody reads it, as that takes milliseconds."""

    at: datetime
    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @cached_property
    def headers(self) -> dict[str, str]:
        """The headers, decoded."""
        return {name: str(value) for name, value in self._message.items()}

    @cached_property
    def subject(self) -> str:
        """The subject; empty if it has none."""
        return str(self._message["subject"] or "")

    @cached_property
    def plain(self) -> str:
        """The part of plain text; empty if it has none."""
        return self._part("plain")

    @cached_property
    def html(self) -> str:
        """The part of HTML; empty if it has none."""
        return self._part("html")

    @cached_property
    def _message(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    def _part(self, kind: str) -> str:
        part = self._message.get_body((kind,))
        try:
            return str(part.get_content()) if part else ""
        except LookupError:  # an unknown character set
            return self.raw.decode("utf-8", "replace")


@dataclass(slots=True)
class MailFault:
    """A planned fault; `seconds` is the delay before the mail is accepted."""

    kind: str
    times: int
    seconds: float


class MailFaults:
    """The planned faults, which take effect in the order they were added."""

    def __init__(self) -> None:
        self._planned: list[MailFault] = []

    def add(self, kind: str, times: int = 1, seconds: float = 1.0) -> None:
        """Plan a fault for the next mails; ValueError for an unknown kind.

        - `refuse`: permanent failure 550 5.1.1, no such mailbox.
        - `defer`: temporary failure 451.
        - `delay`: the mail is accepted after `seconds`.
        - `drop_after_accept`: the mail is kept, but the connection drops before the reply.
        """
        if kind not in FAULT_KINDS:
            raise ValueError(f"no such fault: {kind}")
        self._planned.append(MailFault(kind, times, seconds))

    def clear(self) -> None:
        """Drop all planned faults."""
        self._planned.clear()

    def take(self) -> MailFault | None:
        """Use up one planned fault and return it, None if there is none."""
        for fault in self._planned:
            if fault.times > 0:
                fault.times -= 1
                return fault
        return None


class Mailbox:
    """An SMTP server on 127.0.0.1; `mails` holds the mails, oldest first."""

    def __init__(self, now: Callable[[], datetime], changes: ChangeCounter) -> None:
        self.mails: list[Mail] = []
        self.faults = MailFaults()
        self.port = 0
        self._now = now
        self._changes = changes
        self._server: asyncio.Server | None = None

    async def start(self, port: int) -> None:
        """Listen on `port`, or on a free port for 0; OSError if it is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(
                self,
                hostname="mail.sandbox",
                enable_SMTPUTF8=True,
                loop=loop,
                # Every login succeeds, without TLS, as the connection is on loopback.
                auth_require_tls=False,
                authenticator=lambda *_: AuthResult(success=True),
            ),
            "127.0.0.1",
            port,
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening; open connections end by themselves."""
        if self._server:
            await stop_accepting(self._server.sockets)
            self._server.close()
            self._server = None

    async def handle_DATA(  # noqa: N802  (the name that aiosmtpd calls)
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail, or fail as planned, and return the SMTP reply."""
        fault = self.faults.take()
        if fault and fault.kind in SMTP_REPLIES:
            # Servers quote the address, and some of them the content of the mail.
            quoted = [*envelope.rcpt_tos, *_mail(envelope, self._now()).plain.split()]
            reply = " ".join([SMTP_REPLIES[fault.kind], *quoted])[:MAX_REPLY_LENGTH]
            return reply.encode("ascii", "replace").decode()
        if fault and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        self.mails.append(_mail(envelope, self._now()))
        self._changes.count()
        if fault and fault.kind == "drop_after_accept" and server.transport:
            _abort(server.transport)
        return "250 OK"


def _abort(transport: asyncio.BaseTransport) -> None:
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


def _mail(envelope: Envelope, now: datetime) -> Mail:
    return Mail(
        at=now,
        sender=envelope.mail_from or "",
        recipients=tuple(envelope.rcpt_tos),
        raw=envelope.original_content or b"",
    )
