"""A language in which every text of the catalogues is recognised by its letters.

English that is still readable in it does not come from the catalogues.
"""

from __future__ import annotations

import gettext
import re
import string

# Letters that look alike, so that the texts keep their lengths and stay readable for people.
_LETTERS = str.maketrans(
    string.ascii_letters, "αвсđεғǥнιјκłмησρqяѕтυνωхуzАВСĐЕҒGНІЈКŁМΗОРQЯЅТЦΝΩХУZ"
)
_FIXED = re.compile(r"(\{\w+\}|`[^`]*`|/imi-\w+|<[^>]*>|:[a-z_]+:)")
_ENGLISH = re.compile(r"\b(the|please|users?|your|you|not|was|with|are|this|that)\b", re.IGNORECASE)


class PseudoTranslations(gettext.GNUTranslations):
    """Translates each text into look-alike letters; placeholders and commands stay."""

    def __init__(self) -> None:
        super().__init__()
        self._catalog: dict[str, str] = {}

    def gettext(self, message: str) -> str:
        return disguised(message)

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002 - as in gettext
        return disguised(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return disguised(msgid1 if n == 1 else msgid2)


def disguised(message: str) -> str:
    """Return the message in look-alike letters."""
    parts = _FIXED.split(message)
    return "".join(part.translate(_LETTERS) if i % 2 == 0 else part for i, part in enumerate(parts))


def readable_english(shown: str) -> list[str]:
    """Return the lines that have an English word in its own letters."""
    return sorted({line for line in shown.splitlines() if _ENGLISH.search(_FIXED.sub("", line))})
