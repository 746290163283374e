"""Builds the MIME message of an e-mail: its headers, and its text as plain text and as HTML."""

import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from bot.mail.headers import mailbox_header, text_header
from bot.mail.letter import Letter, domain_of


def mime_message(letter: Letter, sender: Address, *, key: str, now: datetime) -> EmailMessage:
    """Return the message; the same `key` gives the same Message-ID at every attempt."""
    addresses = sender.addr_spec + letter.recipient.addr_spec
    policy = SMTP if addresses.isascii() else SMTPUTF8
    message = EmailMessage(policy=policy.clone(refold_source="none", cte_type="7bit"))
    # Set raw: the values are encoded already, and must not be parsed or folded again.
    message.set_raw("From", mailbox_header(sender))
    message.set_raw("To", mailbox_header(letter.recipient))
    message.set_raw("Subject", text_header(letter.subject))
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{_digest(key)}@{domain_of(sender)}>"
    # RFC 3834: prevents automatic replies.
    message["Auto-Submitted"] = "auto-generated"
    # The same for Exchange, which knows only its own header: no receipts, no absence notices. A
    # report that the letter could not be delivered is wanted.
    message["X-Auto-Response-Suppress"] = "DR, RN, NRN, OOF, AutoReply"
    message.set_content(letter.plain)
    message.add_alternative(letter.html, subtype="html")
    # Set last, because setting the content moves every Content- header into its part.
    message["Content-Language"] = letter.language
    return message


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
