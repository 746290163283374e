"""The names in the catalogue of modules, roles and keywords: found for translators, and translated.

A description of a role counts as a name here.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from core.languages.tags import FALLBACK, LANGUAGES
from core.languages.texts import NAMES, po_path

FILE = "core/catalogue/catalogue.toml"

# The kinds of names; each is the context of its translations.
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


class TranslatedNames(Mapping[str, str]):
    """The name of an item by language: as the catalogue says, else as the product translates it.

    The product's names in a language are read when the first of them is asked for, as its texts.
    """

    def __init__(self, context: str, written: Mapping[str, str]) -> None:
        self._context = context
        self._written = written

    def __getitem__(self, language: str) -> str:
        if language in self._written:
            return self._written[language]
        return _translations_in(language)[self._context, self._written.get(FALLBACK)]

    def __iter__(self) -> Iterator[str]:
        return (language for language in LANGUAGES if language in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@cache
def _translations_in(language: str) -> Mapping[tuple[str, object], str]:
    """Return the finished translations into the language, by context and English name."""
    path = po_path(language, domain=NAMES)
    if language == FALLBACK or not path.exists():
        return {}
    with path.open("rb") as file:
        return {
            (str(message.context), message.id): str(message.string)
            for message in read_po(file, locale=language)
            if message.string and not message.fuzzy
        }


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
