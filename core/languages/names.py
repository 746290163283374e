"""Writes people's names in the order of the reader's language."""

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
