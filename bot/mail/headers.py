"""Texts in a mail's headers as they travel: people's are encoded, so that nothing reads them.

Python's own headers are parsed and folded anew on their way: a name that looks like an encoded word
is decoded, with the line breaks in it, and a long one loses its quotes.
"""

import re
from email.header import Header
from email.headerregistry import Address

# What means the same with and without an encoding, and fits into its line.
_PLAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9 '-]{0,58}[A-Za-z0-9])?")
_LINE = 70


def text_header(text: str) -> str:
    """Return the text as the value of a header, in lines short enough for every server."""
    if _PLAIN.fullmatch(text):
        return text
    return Header(text, "utf-8", maxlinelen=_LINE, header_name="Subject").encode(linesep="\r\n")


def mailbox_header(mailbox: Address) -> str:
    """Return the mailbox as the value of a header: the name, and the address on a line of its own.

    The address is a checked one, or the setting of whoever runs the bot.
    """
    if not mailbox.display_name:
        return mailbox.addr_spec
    return f"{text_header(mailbox.display_name)}\r\n <{mailbox.addr_spec}>"
