"""What a search for authorities asks for, as the SQL takes it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """Matches a word that begins with `word` in any text, or one of `tokens` in the keywords."""

    word: str
    tokens: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SearchCriteria:
    """Conditions that all have to hold; an empty one is none.

    Every term occurs in any text, and every word of `place` in the place.
    """

    terms: tuple[SearchTerm, ...] = ()
    place: tuple[str, ...] = ()
    module: str = ""
    country: str = ""
