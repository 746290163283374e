"""The words that authorities are searched by: folded, and what they mean in the catalogue."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Self

from rapidfuzz import fuzz, process

from core.catalogue.rules import Catalogue, Names
from core.role_keys import WHOLE_AUTHORITY
from core.text.transliteration import to_ascii

MAX_WORDS = 12
# From this likeness on, in per cent, a word counts as another one typed wrongly.
MIN_SIMILARITY = 75
# A word of the catalogue is looked for by its beginning only from so many letters on.
SHORTEST_BEGINNING = 3

_WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower-case ASCII, accents, marks and hyphens left out."""
    normalized = (to_ascii(word).replace("-", "") for word in _WORD.findall(text))
    return [word for word in normalized if word]


def normalized(*texts: str) -> str:
    """Return the words of the texts as the index keeps them."""
    return " ".join(word for text in texts for word in words_of(text))


def keyword_token(module: str, keyword: str) -> str:
    """Return the word that stands for a keyword in the index; a general one has no module."""
    return f"kw{_spelled(module)}00{_spelled(keyword)}"


def module_token(module: str) -> str:
    """Return the word that stands for a module in the index."""
    return f"mo{_spelled(module)}"


def similarity(word: str, words: Iterable[str]) -> float:
    """Return how close the word comes to any of these, from 0 to 100; 0 below `MIN_SIMILARITY`."""
    best = 0.0
    for other in words:
        if word in other:
            return 99.0 if len(word) < len(other) else 100.0
        best = max(best, fuzz.ratio(word, other, score_cutoff=MIN_SIMILARITY))
    return best


class Lexicon:
    """The words of the catalogue in all its languages, and the tokens that they stand for."""

    def __init__(self, tokens: Mapping[str, frozenset[str]]) -> None:
        self._tokens = tokens

    @classmethod
    def of(cls, catalogue: Catalogue) -> Self:
        """Read the names of the modules and of the keywords, in every language."""
        found: dict[str, set[str]] = {}
        for token, names in _named(catalogue):
            for word in words_of(" ".join(names.values())):
                found.setdefault(word, set()).add(token)
        return cls({word: frozenset(tokens) for word, tokens in found.items()})

    def tokens(self, word: str) -> frozenset[str]:
        """Return the tokens of the names that have the word, or a word that begins with it."""
        if len(word) < SHORTEST_BEGINNING:
            return self._tokens.get(word, frozenset())
        return self._union(known for known in self._tokens if known.startswith(word))

    def tokens_like(self, word: str) -> frozenset[str]:
        """Return the tokens of the names that have a word spelled much like this one."""
        close = process.extract(
            word, self._tokens.keys(), scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY
        )
        return self._union(known for known, _, _ in close)

    def _union(self, words: Iterable[str]) -> frozenset[str]:
        return frozenset(token for word in words for token in self._tokens[word])


def _named(catalogue: Catalogue) -> Iterator[tuple[str, Names]]:
    for field in catalogue.fields:
        for keyword in field.keywords:
            yield keyword_token(WHOLE_AUTHORITY, keyword.code), keyword.names
    for module in catalogue.modules:
        yield module_token(module.code), module.names
        for keyword in module.keywords:
            yield keyword_token(module.code, keyword.code), keyword.names


def _spelled(code: str) -> str:
    """Return a code as one word of letters and digits; no two codes are spelled the same."""
    return code.lower().replace("0", "0z").replace("_", "0u")
