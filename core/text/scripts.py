"""Finds the scripts in which a text is written, such as Latin, Greek and Cyrillic."""

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

# The scripts in everyday use (Unicode Standard Annex 31, table 5). Those that Japanese and Korean
# mix count as one, as in Unicode Technical Standard 39.
_SCRIPTS = {
    "East Asian": r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}",
    **{
        name: rf"\p{{{name}}}"
        for name in (
            *("Latin", "Greek", "Cyrillic", "Armenian", "Georgian", "Hebrew", "Arabic", "Bengali"),
            *("Devanagari", "Ethiopic", "Gujarati", "Gurmukhi", "Kannada", "Khmer", "Lao"),
            *("Malayalam", "Myanmar", "Oriya", "Sinhala", "Tamil", "Telugu", "Thaana", "Thai"),
            "Tibetan",
        )
    },
}


@lru_cache(maxsize=2000)
def script_of(letter: str) -> str:
    """Return the script of a letter, one of `_SCRIPTS`; empty for other characters."""
    return next((name for name, letters in _letters().items() if letters.match(letter)), "")


def scripts_of(text: str) -> frozenset[str]:
    """Return the scripts of the letters in the text."""
    return frozenset(filter(None, map(script_of, text)))


@cache
def _letters() -> "dict[str, regex.Pattern[str]]":
    # Imported and compiled on first use to shorten the start (`benchmarks/start.py`).
    import regex  # noqa: PLC0415

    return {
        name: regex.compile(rf"[[{signs}]&&\p{{L}}]", regex.V1) for name, signs in _SCRIPTS.items()
    }
