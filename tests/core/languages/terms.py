"""The core terms of the product, and the words that each language uses for them.

`core/languages/glossary/<language>.toml` has for each term a list: the word to use, then other
beginnings of words that count as the same term, such as an inflected stem. Its table
`exceptions` lists, by term, the English texts that are translated well without the word.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from core.languages.texts import LOCALE_DIR

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

GLOSSARY = LOCALE_DIR.parent / "glossary"

TERMS = (
    *("user", "administrator", "authority", "module", "role", "keyword", "coordinator"),
    *("linked coordinator", "access manager", "username", "password", "temporary password"),
    *("account", "reminder", "request", "audit trail", "team channel", "working language"),
    *("informal title", "official name", "portal", "colleague", "message", "session", "file"),
    *("row", "blocked", "expired", "valid", "reset", "remove", "restore", "approve", "decline"),
    *("register", "import", "grant", "withdraw", "assign", "sign in"),
)

# Commands, columns and placeholders contain no words.
_NO_WORDS = re.compile(r"/imi-\w+( restore)?|\{\w+\}|\w+_\w+|@IMI")


@dataclass(frozen=True, slots=True)
class Glossary:
    """The words of one language for each term, and the texts that rightly lack them."""

    words: Mapping[str, tuple[str, ...]]
    exceptions: Mapping[str, frozenset[str]]

    def lacking(self, english: str, translation: str) -> tuple[str, ...]:
        """Return the terms in the English text whose word is not in the translation."""
        shown = _NO_WORDS.sub(" ", translation).casefold()
        return tuple(
            term
            for term in terms_in(english)
            if english not in self.exceptions.get(term, ())
            and not any(word.casefold() in shown for word in self.words[term])
        )


def terms_in(english: str) -> tuple[str, ...]:
    """Return the terms that occur in the English text, in any of their forms."""
    text = _NO_WORDS.sub(" ", english)
    return tuple(term for term in TERMS if _pattern(term).search(text))


def load(language: str, folder: Path = GLOSSARY) -> Glossary:
    """Return the glossary of the language.

    Raises:
        FileNotFoundError: the language has none.
    """
    tables = tomllib.loads((folder / f"{language}.toml").read_text("utf-8"))
    exceptions = tables.pop("exceptions", {})
    return Glossary(
        {term: tuple(words) for term, words in tables.items()},
        {term: frozenset(found) for term, found in exceptions.items()},
    )


@cache
def _pattern(term: str) -> re.Pattern[str]:
    first, *rest = term.split()
    if term == "authority":
        return re.compile(r"\bauthorit(y|ies)\b", re.IGNORECASE)
    if term == "sign in":
        return re.compile(r"\b(sign(s|ed|ing)?[ -]in)\b", re.IGNORECASE)
    stem = re.escape(first.removesuffix("e"))
    ending = r"(e|es|s|ed|d|ing|ting|ped|n)?" if not rest else r"\w*"
    return re.compile(
        rf"\b{stem}{ending}" + "".join(rf"\s+{word}s?" for word in rest) + r"\b", re.IGNORECASE
    )
