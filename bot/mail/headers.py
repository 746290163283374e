"""Encodes values of mail headers, so that a name cannot inject headers (RFC 2047).

The values are for `EmailMessage.set_raw`. A value set in the usual way would be parsed and folded
again when the message is sent: a name that looks like an encoded word would be decoded, line breaks
included, and a long name would lose its quotes.
"""

import re
from email.header import Header
from email.headerregistry import Address

# Texts that need no encoding and fit on one line.
_PLAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9 '-]{0,58}[A-Za-z0-9])?")
_LINE = 70


def text_header(text: str) -> str:
    """Return the text as a header value, folded into lines that every server accepts."""
    if _PLAIN.fullmatch(text):
        return text
    return Header(text, "utf-8", maxlinelen=_LINE, header_name="Subject").encode(linesep="\r\n")


def mailbox_header(mailbox: Address) -> str:
    """Return the mailbox as a header value: the name, then the address on a line of its own.

    The address must have been checked before; it comes from a user or from the settings.
    """
    if not mailbox.display_name:
        return mailbox.addr_spec
    return f"{text_header(mailbox.display_name)}\r\n <{mailbox.addr_spec}>"
