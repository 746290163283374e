"""Joins texts by the punctuation of the reader's language."""

from collections.abc import Iterable

# French has a no-break space before a colon and a semicolon.
_COLONS = {"fr": "\N{NO-BREAK SPACE}: "}
# In Greek a semicolon is a question mark.
_SEPARATORS = {"fr": "\N{NO-BREAK SPACE}; ", "el": "\N{MIDDLE DOT} "}


def labelled(label: str, value: object, language: str) -> str:
    """Return the value after its label and a colon."""
    return f"{label}{_COLONS.get(language, ': ')}{value}"


def listed(items: Iterable[str], language: str) -> str:
    """Return the items with semicolons or the like between them: each may contain commas."""
    return _SEPARATORS.get(language, "; ").join(items)
