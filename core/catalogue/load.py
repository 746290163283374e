"""Reading a catalogue from TOML, with every mistake named by its line (D24)."""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from core.catalogue.lines import Path, line_at, lines_of
from core.catalogue.rules import ADMINISTRATOR, Catalogue, Keyword, KeywordField, Module, Role
from core.languages.tags import LANGUAGES

_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,29}")
_TABLES = {"authority_roles", "modules", "fields"}

Table = Mapping[str, Any]


class CatalogueError(ValueError):
    """The catalogue has mistakes; the text names each with its line."""


def shipped() -> str:
    """Return the text of the catalogue that comes with the product."""
    return files("core.catalogue").joinpath("catalogue.toml").read_text("utf-8")


def load(text: str, source: str) -> Catalogue:
    """Read the catalogue; `source` is what errors call it.

    Raises:
        CatalogueError: one line for each mistake.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{source}: {error}") from None
    reader = _Reader(source, lines_of(text))
    catalogue = reader.catalogue(tables)
    if reader.problems:
        raise CatalogueError("\n".join(reader.problems))
    return catalogue


class _Reader:
    """Turns tables into values and collects what is wrong with them."""

    def __init__(self, source: str, lines: Mapping[Path, int]) -> None:
        self.problems: list[str] = []
        self._source = source
        self._lines = lines

    def catalogue(self, tables: Table) -> Catalogue:
        self._known_keys(tables, _TABLES, ())
        roles = tuple(
            self._role(table, path) for table, path in self._each(tables, "authority_roles", ())
        )
        if ADMINISTRATOR.role not in {role.code for role in roles}:
            self._wrong(("authority_roles",), f"the role {ADMINISTRATOR.role} is missing")
        modules = [self._module(table, path) for table, path in self._each(tables, "modules", ())]
        fields = [self._field(table, path) for table, path in self._each(tables, "fields", ())]
        return Catalogue(roles, tuple(modules), tuple(fields))

    def _module(self, table: Table, path: Path) -> Module:
        self._known_keys(table, {"code", "name", "roles", "keywords"}, path)
        roles = [self._role(inner, at) for inner, at in self._each(table, "roles", path)]
        return Module(
            self._code(table, path),
            self._names(table, path),
            tuple(roles),
            self._keywords(table, path),
        )

    def _field(self, table: Table, path: Path) -> KeywordField:
        self._known_keys(table, {"code", "name", "keywords"}, path)
        return KeywordField(
            self._code(table, path), self._names(table, path), self._keywords(table, path)
        )

    def _role(self, table: Table, path: Path) -> Role:
        self._known_keys(table, {"code", "name", "min_holders"}, path)
        holders = table.get("min_holders", 0)
        if type(holders) is not int or holders < 0:
            self._wrong((*path, "min_holders"), "min_holders must be a number, 0 or more")
        return Role(self._code(table, path), self._names(table, path), holders)

    def _keywords(self, table: Table, path: Path) -> tuple[Keyword, ...]:
        keywords = []
        for inner, at in self._each(table, "keywords", path):
            self._known_keys(inner, {"code", "name"}, at)
            keywords.append(Keyword(self._code(inner, at), self._names(inner, at)))
        return tuple(keywords)

    def _each(self, table: Table, key: str, path: Path) -> list[tuple[Table, Path]]:
        listed = table.get(key, [])
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            self._wrong((*path, key), f"{key} must be written as [[{key}]] tables")
            return []
        found: list[tuple[Table, Path]] = []
        seen: set[object] = set()
        for number, inner in enumerate(listed):
            at = (*path, key, number)
            if str(inner.get("code")) in seen:
                self._wrong((*at, "code"), f"the code {inner.get('code')} stands twice")
            seen.add(str(inner.get("code")))
            found.append((inner, at))
        return found

    def _code(self, table: Table, path: Path) -> str:
        code = table.get("code")
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            self._wrong((*path, "code"), "code must be capitals, digits and _, 30 at the most")
        return str(code)

    def _names(self, table: Table, path: Path) -> Mapping[str, str]:
        names = table.get("name")
        at = (*path, "name")
        if not isinstance(names, dict) or not all(
            isinstance(text, str) and text.strip() for text in names.values()
        ):
            self._wrong(at, 'name must be a table of texts, such as { en = "Services" }')
            return {"en": ""}
        if "en" not in names:
            self._wrong(at, "name has no en")
        for language in sorted(names.keys() - set(LANGUAGES)):
            self._wrong(at, f"{language} is not one of the 24 languages")
        return names

    def _known_keys(self, table: Table, known: set[str], path: Path) -> None:
        for key in sorted(table.keys() - known):
            self._wrong((*path, key), f"{key} is not known here")

    def _wrong(self, path: Path, problem: str) -> None:
        line = line_at(self._lines, path)
        self.problems.append(f"{self._source}, line {line}: {problem}.")
