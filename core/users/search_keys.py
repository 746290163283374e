"""Builds the texts by which users are searched and sorted, with all spellings of a name (R57)."""

from anyascii import anyascii

from core.languages.names import Named
from core.text.characters import one_line
from core.text.transliteration import to_ascii

# No name has more words; each word becomes a condition of the query.
MAX_WORDS = 12


def search_key_of(user: Named, username: str, email: str) -> str:
    """Return all spellings that find the user, in lower case, with single spaces."""
    names = f"{user.first_name} {user.last_name}".casefold().split()
    # Møller is found as møller, moeller and moller.
    spellings = [*names, *map(to_ascii, names), *(anyascii(name).casefold() for name in names)]
    return " ".join([*dict.fromkeys(spellings), username, email.casefold()])


def sort_key_of(user: Named) -> str:
    """Return the text that lists are sorted by: last name, first name, in ASCII where possible."""
    return ", ".join(_in_ascii(name) for name in (user.last_name, user.first_name))


def name_in_list(user: Named) -> str:
    """Return last and first name, by which lists are sorted in the reader's alphabet (D25)."""
    return f"{user.last_name}, {user.first_name}"


def search_words(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the spellings of each word; a user matches who has one spelling of every word."""
    words = one_line(text).casefold().split()[:MAX_WORDS]
    return tuple(tuple(dict.fromkeys((word, to_ascii(word) or word))) for word in words)


def _in_ascii(name: str) -> str:
    return " ".join(to_ascii(word) or word for word in name.casefold().split())
