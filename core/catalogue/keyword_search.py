"""Finds keywords by words of their names, in the reader's language or in English (R33, R35)."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter

from core.catalogue.rules import Catalogue, Keyword
from core.languages.sorting import in_alphabet
from core.role_keys import WHOLE_AUTHORITY
from core.text.transliteration import to_ascii


@dataclass(frozen=True, slots=True)
class KeywordGroup:
    """A policy field or a module, with the codes and names of its keywords."""

    name: str
    keywords: tuple[tuple[str, str], ...]


def keywords_like(
    catalogue: Catalogue, module: str, text: str, language: str
) -> tuple[KeywordGroup, ...]:
    """Return the keywords whose names have every word of the text, ignoring accents and case.

    An empty module means the general keywords, which are grouped by policy field (R34).
    """
    words = [to_ascii(word) or word for word in text.split()]
    groups = []
    for name, keywords in _groups(catalogue, module, language):
        matching = [keyword for keyword in keywords if _matches(keyword, words, language)]
        if matching:
            named = ((keyword.code, keyword.name_in(language)) for keyword in matching)
            groups.append(KeywordGroup(name, tuple(in_alphabet(named, language, itemgetter(1)))))
    return tuple(groups)


def keyword_name(catalogue: Catalogue, module: str, code: str, language: str) -> str:
    """Return the keyword's name; the code itself if the catalogue does not have it."""
    for _, keywords in _groups(catalogue, module, language):
        for keyword in keywords:
            if keyword.code == code:
                return keyword.name_in(language)
    return code


def keyword_names(
    catalogue: Catalogue, module: str, codes: Iterable[str], language: str
) -> list[tuple[str, str]]:
    """Return codes and names of the keywords, in the order of the language's alphabet."""
    named = ((code, keyword_name(catalogue, module, code, language)) for code in codes)
    return in_alphabet(named, language, itemgetter(1))


def _groups(
    catalogue: Catalogue, module: str, language: str
) -> list[tuple[str, tuple[Keyword, ...]]]:
    if module == WHOLE_AUTHORITY:
        return [(field.name_in(language), field.keywords) for field in catalogue.fields]
    name = catalogue.name_of_module(module, language)
    return [(name, known.keywords) for known in catalogue.modules if known.code == module]


def _matches(keyword: Keyword, words: list[str], language: str) -> bool:
    names = to_ascii(keyword.name_in(language) + keyword.name_in("en"))
    return all(word in names for word in words)
