"""Detects usernames that e-mails would reveal, as they occur in the user's name or address.

E-mails show both, and must not show the username (R55, D10).
"""

import re

from anyascii import anyascii

from core.text.characters import one_line
from core.text.transliteration import to_ascii

_RUN = re.compile(r"[^\W_]+")
_EDGES = r"(?<![^\W_]){}(?![^\W_])"


class MailExposure:
    """A user's address and name, raw as typed, in every spelling that a username may have.

    A temporary password is sent by e-mail, and the same mail must not show the username.
    """

    def __init__(self, first: str, last: str, email: str) -> None:
        typed = one_line(f"{email} {first} {last}").casefold()
        words = [to_ascii(word) for word in [*first.split(), *last.split(), first + last]]
        in_ascii = _RUN.sub(lambda run: to_ascii(run[0]), typed)
        self._shown = " ".join([typed, in_ascii, anyascii(typed).casefold(), *words])

    def shows(self, username: str) -> bool:
        """Return whether the username is one of the words, or several that follow each other."""
        return username in self._shown and bool(
            re.search(_EDGES.format(re.escape(username)), self._shown)
        )
