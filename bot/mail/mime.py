"""Builds the MIME message of an e-mail: its headers, and its text as plain text and as HTML."""

import base64
import binascii
import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import Compat32
from email.utils import format_datetime

from bot.mail.headers import mailbox_header, text_header
from bot.mail.letter import Letter, domain_of


def mime_message(letter: Letter, sender: Address, *, key: str, now: datetime) -> bytes:
    """Return the message; the same `key` gives the same Message-ID at every attempt."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    # Neither encoding of a text can contain "=_".
    message = MIMEMultipart("alternative", boundary=f"=_{digest[:16]}", policy=_AS_GIVEN)
    message["From"] = mailbox_header(sender)
    message["To"] = mailbox_header(letter.recipient)
    message["Subject"] = text_header(letter.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{digest}@{domain_of(sender)}>"
    # RFC 3834: prevents automatic replies.
    message["Auto-Submitted"] = "auto-generated"
    # The same for Exchange, which knows only its own header: no receipts, no absence notices. A
    # report that the letter could not be delivered is wanted.
    message["X-Auto-Response-Suppress"] = "DR, RN, NRN, OOF, AutoReply"
    message["Content-Language"] = letter.language
    message.attach(_text_part("plain", letter.plain))
    message.attach(_text_part("html", letter.html))
    return message.as_bytes()


class _AsGiven(Compat32):
    """Writes each header as it is given, since it is encoded and folded already.

    The policies of the standard library parse and fold it again, which takes milliseconds.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        # Only an address can be other than ASCII; the server has then offered SMTPUTF8.
        return f"{name}: {value}{self.linesep}".encode()


_AS_GIVEN = _AsGiven(linesep="\r\n", mangle_from_=False)


def _text_part(subtype: str, text: str) -> Message:
    """Return the text in the shorter of both encodings: not every server takes more than ASCII."""
    part = MIMENonMultipart("text", subtype, charset="utf-8", policy=_AS_GIVEN)
    content = text.encode()
    quoted = binascii.b2a_qp(content)
    # RFC 2045, 6.8: the lines of a text end in CRLF before it is encoded in base64.
    in_base64 = base64.encodebytes(content.replace(b"\n", b"\r\n"))
    shorter = min(quoted, in_base64, key=len)
    part["Content-Transfer-Encoding"] = "base64" if shorter is in_base64 else "quoted-printable"
    part.set_payload(shorter.decode("ascii"))
    return part
