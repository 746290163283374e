"""Normalises the words of a search, and maps names of modules and keywords to index tokens.

The full-text index stores one token for a module or keyword, which stands for its names in all
languages.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Self

from core.catalogue.rules import Catalogue, Names
from core.role_keys import WHOLE_AUTHORITY
from core.text.transliteration import to_ascii

MAX_WORDS = 12
# A word with at least this similarity to another, in per cent, counts as a misspelling of it.
MIN_SIMILARITY = 75
# The similarity of the trigrams of such words, 0 to 1: one wrong letter in five leaves so much, and
# two letters in the wrong order in a word of one of these lengths.
_MIN_TRIGRAM_SIMILARITY = 0.3
_MIN_TRIGRAM_SIMILARITY_OF_SHORT = {4: 0.25, 5: 0.2, 6: 0.25}
# A shorter word has to equal a word of the catalogue; a longer one may be its beginning.
SHORTEST_PREFIX = 3

_WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower-case ASCII, without accents, punctuation and hyphens."""
    ascii_words = (to_ascii(word).replace("-", "") for word in _WORD.findall(text))
    return [word for word in ascii_words if word]


def normalized(*texts: str) -> str:
    """Return the normalised words of the texts, separated by spaces, as the index stores them."""
    return " ".join(word for text in texts for word in words_of(text))


def keyword_token(module: str, keyword: str) -> str:
    """Return the token that the index stores for a keyword; a general one has an empty module."""
    return f"kw{_token_part(module)}00{_token_part(keyword)}"


def module_token(module: str) -> str:
    """Return the token that the index stores for a module."""
    return f"mo{_token_part(module)}"


def similarity(word: str, words: Iterable[str]) -> float:
    """Return the word's similarity to the closest of these, 0 to 100; 0 below `MIN_SIMILARITY`.

    The word itself counts 100, a longer word that contains it 99.
    """
    # Imported on first use to shorten the start (`benchmarks/start.py`).
    from rapidfuzz import fuzz  # noqa: PLC0415

    best = 0.0
    for other in words:
        if word in other:
            return 99.0 if len(word) < len(other) else 100.0
        ratio = fuzz.ratio(word, other, score_cutoff=MIN_SIMILARITY)
        if ratio > best and _share_trigrams(word, other):
            best = ratio
    return best


def min_trigram_similarity(word: str) -> float:
    """Return the least similarity of trigrams, 0 to 1, by which a misspelled word is found."""
    return _MIN_TRIGRAM_SIMILARITY_OF_SHORT.get(len(word), _MIN_TRIGRAM_SIMILARITY)


def _share_trigrams(word: str, other: str) -> bool:
    """Return whether the similarity of the words' trigrams is large enough for PostgreSQL.

    Without this condition SQLite would find more. It is `word_similarity` of `pg_trgm`: that of the
    part of the other word that is the most similar.
    """
    wanted, found, least = set(_trigrams(word)), _trigrams(other), min_trigram_similarity(word)
    parts = (
        set(found[start:end]) for start in range(len(found)) for end in range(len(found), start, -1)
    )
    return any(len(wanted & part) / len(wanted | part) >= least for part in parts)


def _trigrams(word: str) -> list[str]:
    padded = f"  {word} "
    return [padded[at : at + 3] for at in range(len(word) + 1)]


class Lexicon:
    """Maps the words of the catalogue's names, in every language, to tokens of the index."""

    def __init__(self, tokens: Mapping[str, frozenset[str]]) -> None:
        self._tokens = tokens

    @classmethod
    def of(cls, catalogue: Catalogue) -> Self:
        """Return the lexicon of the names of all modules and keywords."""
        tokens_by_word: dict[str, set[str]] = {}
        for token, names in _named_tokens(catalogue):
            for word in words_of(" ".join(names.values())):
                tokens_by_word.setdefault(word, set()).add(token)
        return cls({word: frozenset(tokens) for word, tokens in tokens_by_word.items()})

    def tokens(self, word: str) -> frozenset[str]:
        """Return the tokens of the names that contain the word, or a word that begins with it."""
        if len(word) < SHORTEST_PREFIX:
            return self._tokens.get(word, frozenset())
        return self._union(known for known in self._tokens if known.startswith(word))

    def tokens_like(self, word: str) -> frozenset[str]:
        """Return the tokens of the names that contain a similarly spelled word."""
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - as in `similarity`

        close = process.extract(
            word, self._tokens.keys(), scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY
        )
        return self._union(known for known, _, _ in close)

    def _union(self, words: Iterable[str]) -> frozenset[str]:
        return frozenset(token for word in words for token in self._tokens[word])


def _named_tokens(catalogue: Catalogue) -> Iterator[tuple[str, Names]]:
    for field in catalogue.fields:
        for keyword in field.keywords:
            yield keyword_token(WHOLE_AUTHORITY, keyword.code), keyword.names
    for module in catalogue.modules:
        yield module_token(module.code), module.names
        for keyword in module.keywords:
            yield keyword_token(module.code, keyword.code), keyword.names


def _token_part(code: str) -> str:
    """Return a code as letters and digits only; different codes have different results."""
    return code.lower().replace("0", "0z").replace("_", "0u")
