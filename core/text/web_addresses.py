"""Finds web addresses in texts that are sent to other people, and refuses such texts.

Mail programs would turn the addresses into links.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from core.errors import TextTooLongError, WebAddressError
from core.text.characters import in_lines

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_SIGN = re.compile(r"://|\bwww\b", re.IGNORECASE)
# What follows a full stop of any kind, without a blank between them.
_LABEL = re.compile(r"(?<=\w)[.。．｡]([^\W\d_][\w-]+)")
# Top-level domains that are not delegated (RFC 2606, RFC 6762 and ICANN's for private networks).
_RESERVED = frozenset({"example", "invalid", "test", "localhost", "local", "internal"})
_EMAIL_ADDRESS = re.compile(r"[^\s@<>()]+@[\w.-]+")


def holds_web_address(text: str, *, but_email: bool = False) -> bool:
    """Return whether the text has something that looks like the address of a web site.

    A full stop between two letters is no sign of one, as in "St.John", unless a top-level domain
    follows it. An e-mail address counts, unless `but_email`.
    """
    searched = _EMAIL_ADDRESS.sub(" ", text) if but_email else text
    labels = _LABEL.findall(searched)
    return bool(_SIGN.search(searched)) or any(map(_is_top_level_domain, labels))


def _is_top_level_domain(label: str) -> bool:
    name = label.lower()
    return (
        name in _RESERVED
        or _top_level_domains().publicsuffix(name, accept_unknown=False) is not None
    )


@cache
def _top_level_domains() -> PublicSuffixList:
    # Imported on first use to shorten the start.
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415

    return PublicSuffixList(only_icann=True)


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
