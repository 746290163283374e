"""Finds web addresses in texts that are sent to other people, and refuses such texts.

Mail programs would turn the addresses into links.
"""

import re

from core.errors import TextTooLongError, WebAddressError
from core.text.characters import in_lines

# A letter or digit, a full stop of any kind, and two letters without a blank between them.
_HOST = r"\w[.。．｡][^\W\d_]{2}"
_WEB_ADDRESS = re.compile(rf"://|\bwww\b|{_HOST}", re.IGNORECASE)
_EMAIL_ADDRESS = re.compile(r"[^\s@<>()]+@[\w.-]+")


def holds_web_address(text: str, *, but_email: bool = False) -> bool:
    """Return whether the text has something that looks like the address of a web site.

    An e-mail address counts, unless `but_email`.
    """
    searched = _EMAIL_ADDRESS.sub(" ", text) if but_email else text
    return bool(_WEB_ADDRESS.search(searched))


def outgoing_text(text: str, field: str, most: int) -> str:
    """Return the visible lines of a text that goes out to somebody else; it may be empty.

    Raises:
        TextTooLongError: it has more than `most` characters.
        WebAddressError: it holds the address of a web site (D32), which an e-mail address is not.
    """
    lines = in_lines(text)
    if len(lines) > most:
        raise TextTooLongError(field, most)
    if holds_web_address(lines, but_email=True):
        raise WebAddressError(field)
    return lines
