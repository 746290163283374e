"""What users are found and listed by: their names as anybody may spell them (R57)."""

from typing import Protocol

from anyascii import anyascii

from core.text.characters import one_line
from core.text.transliteration import to_ascii

# A name has few; each is a condition of its own for the database.
MAX_WORDS = 12


class HasName(Protocol):
    """Whoever has a name and a username."""

    @property
    def first_name(self) -> str:
        """Return the first name."""
        ...

    @property
    def last_name(self) -> str:
        """Return the last name."""
        ...

    @property
    def username(self) -> str:
        """Return the username."""
        ...


def search_key_of(who: HasName, email: str) -> str:
    """Return all spellings by which the user is sought, lower-case, with single spaces."""
    names = f"{who.first_name} {who.last_name}".casefold().split()
    # Møller is sought as møller, moeller and moller.
    spelt = [*names, *map(to_ascii, names), *(anyascii(name).casefold() for name in names)]
    return " ".join([*dict.fromkeys(spelt), who.username, email.casefold()])


def sort_key_of(who: HasName) -> str:
    """Return what the user is listed by: last name, first name, in ASCII where they have any."""
    return ", ".join(_spelt(name) for name in (who.last_name, who.first_name))


def search_words(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the spellings of each word that is sought; a user fits who has one of each."""
    words = one_line(text).casefold().split()[:MAX_WORDS]
    return tuple(tuple(dict.fromkeys((word, to_ascii(word) or word))) for word in words)


def _spelt(name: str) -> str:
    return " ".join(to_ascii(word) or word for word in name.casefold().split())
