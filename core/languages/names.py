"""Writes and reads people's names in the order of the reader's language."""

from typing import Protocol

# In Hungarian the family name comes first.
_FAMILY_NAME_FIRST = frozenset({"hu"})


class Named(Protocol):
    """A person with a first and a last name, such as a user or a row of an import."""

    @property
    def first_name(self) -> str:
        """The first name."""

    @property
    def last_name(self) -> str:
        """The last name."""


def full_name(person: Named, language: str) -> str:
    """Return the person's names in the order of the language; empty ones are left out."""
    names = (person.first_name, person.last_name)
    ordered = reversed(names) if language in _FAMILY_NAME_FIRST else names
    return " ".join(name for name in ordered if name)


def split_name(text: str, language: str) -> tuple[str, str]:
    """Return the first and the last name in a name as it is written in the language.

    The first name has one word, and the last name the others; in Hungarian it is the other way
    round. One word alone is the name that comes first.
    """
    start, _, end = " ".join(text.split()).partition(" ")
    return (end, start) if language in _FAMILY_NAME_FIRST else (start, end)
