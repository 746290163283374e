"""Reads a catalogue of modules, roles and keywords from TOML; reports mistakes by line (D24)."""

import re
import tomllib
from collections.abc import Mapping
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

from core.catalogue.rules import Catalogue, Keyword, KeywordField, Module, Names, Role
from core.catalogue.toml_lines import Path, line_at, lines_of
from core.languages.module_role_names import (
    DESCRIPTION,
    FIELD,
    KEYWORD,
    MODULE,
    ROLE,
    TranslatedNames,
)
from core.languages.tags import FALLBACK, LANGUAGES
from core.role_keys import ADMINISTRATOR

_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,29}")
# Slack shows a description of this length beside an option.
LONGEST_DESCRIPTION = 75
_TABLES = {"authority_roles", "modules", "fields"}
_KINDS = {
    "authority_roles": "role",
    "modules": "module",
    "roles": "role",
    "fields": "field",
    "keywords": "keyword",
}

Table = Mapping[str, Any]


class CatalogueError(ValueError):
    """The catalogue has mistakes; the text has a line for each, with its place."""


def shipped() -> str:
    """Return the text of the catalogue that is part of the product."""
    return files("core.catalogue").joinpath("catalogue.toml").read_text("utf-8")


@lru_cache(maxsize=4)
def load(text: str, source: str) -> Catalogue:
    """Read the catalogue; `source` is its name in error messages.

    Raises:
        CatalogueError: it has mistakes; they are listed in the order of the text.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(_syntax_error(text, source, str(error))) from None
    reader = _Reader(tables, text)
    catalogue = reader.catalogue()
    if reader.problems:
        problems = sorted(reader.problems, key=lambda problem: problem[0])
        raise CatalogueError(
            "\n".join(f"{source}, line {line}: {problem}." for line, problem in problems)
        )
    return catalogue


class _Reader:
    """Turns tables into values and collects their mistakes, each with its line."""

    def __init__(self, tables: Table, text: str) -> None:
        self.problems: list[tuple[int, str]] = []
        self._tables = tables
        self._text = text

    @cached_property
    def _lines(self) -> Mapping[Path, int]:
        # Only a catalogue with mistakes needs them.
        return lines_of(self._text)

    def catalogue(self) -> Catalogue:
        self._require_known_keys(self._tables, _TABLES, ())
        roles = self._roles(self._tables, "authority_roles", ())
        self._require_administrator(roles)
        modules = [
            self._module(table, at) for table, at in self._tables_in(self._tables, "modules", ())
        ]
        fields = [
            self._field(table, at) for table, at in self._tables_in(self._tables, "fields", ())
        ]
        return Catalogue(roles, tuple(modules), tuple(fields))

    def _require_administrator(self, roles: tuple[Role, ...]) -> None:
        """Require the role that an authority always needs a holder of (D12, D14)."""
        for number, role in enumerate(roles):
            if role.code == ADMINISTRATOR.role:
                if role.min_holders == 0:
                    path = ("authority_roles", number, "min_holders")
                    self._add_problem(path, "has min_holders 0; this role needs 1 or more")
                return
        self._add_problem(("authority_roles",), f"has no authority-wide role {ADMINISTRATOR.role}")

    def _module(self, table: Table, path: Path) -> Module:
        self._require_known_keys(table, {"code", "name", "roles", "keywords"}, path)
        return Module(
            self._code(table, path),
            self._names(table, path, MODULE),
            self._roles(table, "roles", path),
            self._keywords(table, path),
        )

    def _field(self, table: Table, path: Path) -> KeywordField:
        self._require_known_keys(table, {"code", "name", "keywords"}, path)
        return KeywordField(
            self._code(table, path), self._names(table, path, FIELD), self._keywords(table, path)
        )

    def _roles(self, table: Table, key: str, path: Path) -> tuple[Role, ...]:
        return tuple(self._role(inner, at) for inner, at in self._tables_in(table, key, path))

    def _role(self, table: Table, path: Path) -> Role:
        self._require_known_keys(table, {"code", "name", "min_holders", "description"}, path)
        holders = table.get("min_holders", 0)
        if type(holders) is not int or holders < 0:  # `True` is an int too
            problem = f"has min_holders {_shown(holders)}; it must be a whole number, 0 or more"
            self._add_problem((*path, "min_holders"), problem)
            holders = 1
        descriptions = self._descriptions(table, path) if "description" in table else {}
        return Role(self._code(table, path), self._names(table, path, ROLE), holders, descriptions)

    def _descriptions(self, table: Table, path: Path) -> Names:
        descriptions = self._texts(table, path, "description", DESCRIPTION)
        self._require_short(table["description"], (*path, "description"))
        return descriptions

    def _require_short(self, written: object, path: Path) -> None:
        for language, text in written.items() if isinstance(written, dict) else ():
            if isinstance(text, str) and len(text) > LONGEST_DESCRIPTION:
                problem = f"has a description in {language} of {len(text)} characters"
                self._add_problem(
                    (*path, language), f"{problem}; at most {LONGEST_DESCRIPTION} are shown"
                )

    def _keywords(self, table: Table, path: Path) -> tuple[Keyword, ...]:
        keywords = []
        for inner, at in self._tables_in(table, "keywords", path):
            self._require_known_keys(inner, {"code", "name"}, at)
            keywords.append(Keyword(self._code(inner, at), self._names(inner, at, KEYWORD)))
        return tuple(keywords)

    def _tables_in(self, table: Table, key: str, path: Path) -> list[tuple[Table, Path]]:
        listed = table.get(key, [])
        if not isinstance(listed, list) or not all(isinstance(inner, dict) for inner in listed):
            self._add_problem((*path, key), f"has {key} that are not written as a list of tables")
            return []
        tables = [(inner, (*path, key, number)) for number, inner in enumerate(listed)]
        self._require_unique_codes(tables)
        return tables

    def _require_unique_codes(self, tables: list[tuple[Table, Path]]) -> None:
        first: dict[str, Path] = {}
        for inner, at in tables:
            code = inner.get("code")
            if isinstance(code, str):
                if code in first:
                    line = line_at(self._lines, first[code])
                    self._add_problem((*at, "code"), f"has a code that stands in line {line} too")
                first.setdefault(code, (*at, "code"))

    def _code(self, table: Table, path: Path) -> str:
        code = table.get("code")
        if code is None:
            self._add_problem(path, "has no code")
        elif not isinstance(code, str) or not _CODE.fullmatch(code):
            rule = "a capital, then capitals, digits and _, 30 at the most"
            self._add_problem((*path, "code"), f"has the code {_shown(code)}; a code is {rule}")
        return str(code)

    def _names(self, table: Table, path: Path, context: str) -> Names:
        return self._texts(table, path, "name", context)

    def _texts(self, table: Table, path: Path, key: str, context: str) -> Names:
        """Return the text in each language: as the table says, or else as the product does."""
        texts, at = table.get(key, {}), (*path, key)
        if not isinstance(texts, dict):
            form = 'one text per language, such as { en = "Services" }'
            self._add_problem(at, f"has the {key} {_shown(texts)}; a {key} is {form}")
            return {}
        if FALLBACK not in texts:
            self._add_problem(at, f"has no {key} in {FALLBACK}")
        for language, text in texts.items():
            if language not in LANGUAGES:
                self._add_problem(
                    (*at, language), f"has a {key} in {language}, which is no language here"
                )
            if not isinstance(text, str) or not text.strip():
                self._add_problem((*at, language), f"has a {key} in {language} that is no text")
        return TranslatedNames(context, texts)

    def _require_known_keys(self, table: Table, known: set[str], path: Path) -> None:
        for key in sorted(table.keys() - known):
            choice = ", ".join(sorted(known))
            self._add_problem((*path, key), f"has the unknown key {key}; known are {choice}")

    def _add_problem(self, path: Path, problem: str) -> None:
        line = line_at(self._lines, path)
        self.problems.append((line, f"{self._name_of(path)} {problem}"))

    def _name_of(self, path: Path) -> str:
        """Return the name of the innermost item on the path, such as `role BASIC of module PQ`."""
        words: list[str] = []
        table: Any = self._tables
        for key, number in zip(path[::2], path[1::2], strict=False):
            if key not in _KINDS or not isinstance(number, int):
                break
            table = table[key][number]
            code = table.get("code")
            name = code if isinstance(code, str) else f"number {number + 1}"
            words.insert(0, f"{_KINDS[str(key)]} {name}")
        return " of ".join(words) or "the catalogue"


def _syntax_error(text: str, source: str, problem: str) -> str:
    place = re.search(r" \(at line (\d+), column \d+\)$", problem)
    line = int(place.group(1)) if place else text.count("\n") + 1
    return f"{source}, line {line}: no valid TOML: {problem}."


def _shown(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()
