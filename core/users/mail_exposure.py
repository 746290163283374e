"""What an e-mail shows of its reader, and so is no username: address and name (R55, D10)."""

import re

from anyascii import anyascii

from core.text.characters import one_line
from core.text.transliteration import to_ascii

_RUN = re.compile(r"[^\W_]+")
_EDGES = r"(?<![^\W_]){}(?![^\W_])"


class MailExposure:
    """Address and name of a user, raw as typed, in every spelling that a username may have.

    A temporary password travels by e-mail: whoever reads it must not read the username too.
    """

    def __init__(self, first: str, last: str, email: str) -> None:
        typed = one_line(f"{email} {first} {last}").casefold()
        words = [to_ascii(word) for word in [*first.split(), *last.split(), first + last]]
        spelt = _RUN.sub(lambda run: to_ascii(run[0]), typed)
        self._shown = " ".join([typed, spelt, anyascii(typed).casefold(), *words])

    def shows(self, username: str) -> bool:
        """Say whether the username stands there as a word, or as several next to each other."""
        return username in self._shown and bool(
            re.search(_EDGES.format(re.escape(username)), self._shown)
        )
