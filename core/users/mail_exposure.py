"""Detects usernames that e-mails would reveal, and shortens names and texts that contain one.

E-mails show names, addresses and what people wrote, and must not show a username (R55, D10).
"""

import re
from collections.abc import Collection
from dataclasses import replace

from anyascii import anyascii

from core.authorities.registration_form import AuthorityForm
from core.authorities.rules import Authority
from core.errors import UsernameInTextError
from core.text.characters import one_line
from core.text.transliteration import to_ascii
from core.text.web_addresses import outgoing_text
from core.users.rules import User

_RUN = re.compile(r"[^\W_]+")
_WORD = re.compile(r"\S+")
_EDGES = r"(?<![^\W_]){}(?![^\W_])"
# The product's own names, and the beginnings of the portal's address.
_IN_ALL_MAILS = frozenset({"imi", "slack", "http", "https", "www"})


class MailExposure:
    """A user's address and name, raw as typed, in every spelling that a username may have.

    A temporary password is sent by e-mail, and the same mail must not show the username.
    `others` are more texts that stand in the mails, such as those of `authority_texts`.
    """

    def __init__(self, first: str, last: str, email: str, others: Collection[str] = ()) -> None:
        typed = one_line(" ".join([email, first, last, *others])).casefold()
        parts = [part for text in (first, last, *others) for part in text.split()]
        words = [to_ascii(word) for word in [*parts, first + last]]
        in_ascii = _RUN.sub(lambda run: to_ascii(run[0]), typed)
        self._shown = " ".join([typed, in_ascii, anyascii(typed).casefold(), *words])

    def shows(self, username: str) -> bool:
        """Return whether the username is one of the words, or several that follow each other."""
        return username in _IN_ALL_MAILS or self.contains(username)

    def contains(self, username: str) -> bool:
        """Return the same, without the words that all mails show."""
        return username in self._shown and bool(
            re.search(_EDGES.format(re.escape(username)), self._shown)
        )


def authority_texts(authority: Authority | AuthorityForm) -> tuple[str, ...]:
    """Return the texts of the authority that stand in mails to and about its users."""
    return authority.official_name, authority.informal_title, authority.email


def contains_username(text: str, usernames: Collection[str]) -> bool:
    """Return whether one of the usernames is a word of the text, in any spelling."""
    exposure = MailExposure("", text, "")
    return any(exposure.contains(username) for username in usernames)


def without_usernames(text: str, usernames: Collection[str]) -> str:
    """Return the text; each word that contains one of the usernames is cut to its initial.

    With the username `holm`, "Anna Holm" becomes "Anna H.".
    """
    if not contains_username(text, usernames):
        return text
    return _WORD.sub(lambda word: _without_usernames(word[0], usernames), text)


def mailed_text(text: str, field: str, most: int, usernames: Collection[str]) -> str:
    """Return the visible lines of a text that somebody else may get by e-mail; it may be empty.

    `usernames` are those of its author and of the user whom it is about.

    Raises:
        TextTooLongError, WebAddressError: as `outgoing_text`.
        UsernameInTextError: one of the usernames is a word of it (R55, D10).
    """
    lines = outgoing_text(text, field, most)
    if contains_username(lines, usernames):
        raise UsernameInTextError(field)
    return lines


def with_safe_name(user: User, usernames: Collection[str]) -> User:
    """Return the user with a name in which none of the usernames is a word."""
    return replace(
        user,
        first_name=without_usernames(user.first_name, usernames),
        last_name=without_usernames(user.last_name, usernames),
    )


def _without_usernames(word: str, usernames: Collection[str]) -> str:
    for username in usernames:
        literal = re.compile(_EDGES.format(re.escape(username)), re.IGNORECASE)
        word = literal.sub(lambda found: _initial(found[0]), word)
    if not contains_username(word, usernames):
        return word
    # It contains the username in another spelling: "Møller" for `moeller`.
    return _RUN.sub(lambda run: _initial(run[0]), word)


def _initial(word: str) -> str:
    return f"{word[0]}."
