"""The names in the catalogue of modules, roles and keywords: found for translators, and translated.

A description of a role counts as a name here.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from core.languages.tags import FALLBACK, LANGUAGES
from core.languages.texts import NAMES, catalogue_of

FILE = "core/catalogue/catalogue.toml"

# What a name is the name of: the context of its translation.
MODULE, ROLE, DESCRIPTION = "module", "role", "description of a role"
FIELD, KEYWORD = "field of keywords", "keyword"


@dataclass(frozen=True, slots=True)
class CatalogueName:
    """An English name in the catalogue, with its context and a comment for translators."""

    context: str
    english: str
    comment: str = ""


def names_in(root: Path) -> Iterator[CatalogueName]:
    """Return the names in the catalogue of the checkout at `root`, in the order of the file."""
    tables = tomllib.loads((root / FILE).read_text("utf-8"))
    yield from _roles_in(tables, "authority_roles")
    for module in tables["modules"]:
        yield CatalogueName(MODULE, _english(module))
        yield from _roles_in(module, "roles")
        yield from _keywords_in(module)
    for field in tables["fields"]:
        yield CatalogueName(FIELD, _english(field))
        yield from _keywords_in(field)


def translations_of(context: str, english: object) -> dict[str, str]:
    """Return the name in the languages that it is translated into, by language; not in English."""
    return _translations().get((context, english), {})


@cache
def _translations() -> dict[tuple[str, object], dict[str, str]]:
    translations: dict[tuple[str, object], dict[str, str]] = {}
    for language in LANGUAGES:
        path = catalogue_of(language, domain=NAMES)
        if language == FALLBACK or not path.exists():
            continue
        with path.open("rb") as file:
            for message in _translated_in(file, language):
                named = translations.setdefault((str(message.context), message.id), {})
                named[language] = str(message.string)
    return translations


def _translated_in(file: BinaryIO, language: str) -> Iterator[Message]:
    return (one for one in read_po(file, locale=language) if one.string and not one.fuzzy)


def _roles_in(table: dict[str, Any], key: str) -> Iterator[CatalogueName]:
    for role in table[key]:
        yield CatalogueName(ROLE, _english(role))
        if "description" in role:
            limit = "At most 75 characters: one line under the role's name."
            yield CatalogueName(DESCRIPTION, role["description"][FALLBACK], limit)


def _keywords_in(table: dict[str, Any]) -> Iterator[CatalogueName]:
    for keyword in table["keywords"]:
        yield CatalogueName(KEYWORD, _english(keyword), f"A keyword of: {_english(table)}")


def _english(table: dict[str, Any]) -> str:
    return str(table["name"][FALLBACK])
