"""Keywords as people search them: by any word in their language or in English (R33, R35)."""

from dataclasses import dataclass

from core.catalogue.rules import Catalogue, Keyword
from core.role_keys import WHOLE_AUTHORITY
from core.text.transliteration import to_ascii


@dataclass(frozen=True, slots=True)
class KeywordGroup:
    """A policy field, or a module, with the keywords in it: codes and names."""

    name: str
    keywords: tuple[tuple[str, str], ...]


def keywords_like(
    catalogue: Catalogue, module: str, text: str, language: str
) -> tuple[KeywordGroup, ...]:
    """Return the keywords whose names have every word of the text, accents and case aside.

    The empty module stands for the general keywords, which are grouped by policy field (R34).
    """
    words = [to_ascii(word) or word for word in text.split()]
    found = []
    for name, keywords in _groups(catalogue, module, language):
        fitting = [word for word in keywords if _fits(word, words, language)]
        if fitting:
            named = tuple((word.code, word.name_in(language)) for word in fitting)
            found.append(KeywordGroup(name, named))
    return tuple(found)


def keyword_name(catalogue: Catalogue, module: str, code: str, language: str) -> str:
    """Return the keyword's name; an unknown code as it is."""
    for _, keywords in _groups(catalogue, module, language):
        for word in keywords:
            if word.code == code:
                return word.name_in(language)
    return code


def _groups(
    catalogue: Catalogue, module: str, language: str
) -> list[tuple[str, tuple[Keyword, ...]]]:
    if module == WHOLE_AUTHORITY:
        return [(field.name_in(language), field.keywords) for field in catalogue.fields]
    name = catalogue.name_of_module(module, language)
    return [(name, one.keywords) for one in catalogue.modules if one.code == module]


def _fits(word: Keyword, words: list[str], language: str) -> bool:
    names = to_ascii(word.name_in(language) + word.name_in("en"))
    return all(part in names for part in words)
