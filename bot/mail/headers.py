"""Encodes values of mail headers, so that a name cannot inject headers (RFC 2047).

`bot/mail/mime.py` writes the values as they are. The policies of the standard library would parse
and fold them again: a name that looks like an encoded word would be decoded, line breaks included,
and a long name would lose its quotes.
"""

import re
from email.charset import BASE64, QP, Charset
from email.header import Header
from email.headerregistry import Address
from email.utils import quote

_LINE = 70
# Spam filters count base64 of what is ASCII against a mail, so ASCII is written as it is.
_ASCII = re.compile(r"[!-~]([ -~]*[!-~])?")
_ENCODED_WORD = "=?"
# Words that need no quotes in front of an address.
_ATOMS = re.compile(r"[A-Za-z0-9]([A-Za-z0-9 '-]*[A-Za-z0-9])?")


def _charset(encoding: int) -> Charset:
    charset = Charset("utf-8")
    charset.header_encoding = encoding
    return charset


# Quoted-printable takes the standard library twice as long as base64.
_FOR_ASCII, _FOR_OTHERS = _charset(QP), _charset(BASE64)


def text_header(text: str) -> str:
    """Return the text as a header value, folded into lines that every server accepts."""
    return text if _is_short_ascii(text) else _encoded(text)


def mailbox_header(mailbox: Address) -> str:
    """Return the mailbox as a header value: the name, then the address on a line of its own.

    The address must have been checked before; it comes from a user or from the settings.
    """
    name = mailbox.display_name
    if not name:
        return mailbox.addr_spec
    return f"{_name_header(name)}\r\n <{mailbox.addr_spec}>"


def _name_header(name: str) -> str:
    if not _is_short_ascii(name):
        return _encoded(name)
    return name if _ATOMS.fullmatch(name) else f'"{quote(name)}"'


def _is_short_ascii(text: str) -> bool:
    """Return whether the text may be written as it is, on one line."""
    return len(text) <= _LINE and _ENCODED_WORD not in text and bool(_ASCII.fullmatch(text))


def _encoded(text: str) -> str:
    charset = _FOR_ASCII if text.isascii() else _FOR_OTHERS
    return Header(text, charset, maxlinelen=_LINE, header_name="Subject").encode(linesep="\r\n")
