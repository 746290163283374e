"""Encodes values of mail headers, so that a name cannot inject headers (RFC 2047).

`bot/mail/mime.py` writes the values as they are. The policies of the standard library would parse
and fold them again: a name that looks like an encoded word would be decoded, line breaks included,
and a long name would lose its quotes.
"""

import re
from email.charset import BASE64, Charset
from email.header import Header
from email.headerregistry import Address

# Texts that need no encoding and fit on one line.
_PLAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9 '-]{0,58}[A-Za-z0-9])?")
_LINE = 70
# Its other encoding, quoted-printable, takes the standard library twice as long.
_ENCODING = Charset("utf-8")
_ENCODING.header_encoding = BASE64


def text_header(text: str) -> str:
    """Return the text as a header value, folded into lines that every server accepts."""
    if _PLAIN.fullmatch(text):
        return text
    return Header(text, _ENCODING, maxlinelen=_LINE, header_name="Subject").encode(linesep="\r\n")


def mailbox_header(mailbox: Address) -> str:
    """Return the mailbox as a header value: the name, then the address on a line of its own.

    The address must have been checked before; it comes from a user or from the settings.
    """
    if not mailbox.display_name:
        return mailbox.addr_spec
    return f"{text_header(mailbox.display_name)}\r\n <{mailbox.addr_spec}>"
