"""From a letter to the message that travels: headers, and the same text plain and as HTML."""

import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from bot.letters.letter import Letter, domain_of


def envelope_of(letter: Letter, sender: Address, *, key: str, now: datetime) -> EmailMessage:
    """Return the message; the same `key` gives the same Message-ID, whatever the attempt."""
    addresses = sender.addr_spec + letter.recipient.addr_spec
    message = EmailMessage(policy=SMTP if addresses.isascii() else SMTPUTF8)
    message["From"] = sender
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{_digest(key)}@{domain_of(sender)}>"
    # RFC 3834: keeps holiday replies away.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.plain)
    message.add_alternative(letter.html, subtype="html")
    # Last, because setting the content moves every Content- header into its part.
    message["Content-Language"] = letter.language
    return message


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
