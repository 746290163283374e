"""On which line of a TOML text a table or one of its keys stands; the parser does not say."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r"""
    (?P<blank>[ \t\r]+|\#[^\n]*)
    |(?P<newline>\n)
    |(?P<string>\"{3}(?:\\.|[^\\])*?\"{3,5}|'{3}.*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*')
    |(?P<sign>[\[\]{}=,.])
    |(?P<bare>[^\s\[\]{}=,.\"'\#]+)
    """,
    re.VERBOSE | re.DOTALL,
)


def lines_of(text: str) -> Mapping[Path, int]:
    """Return the line of every table, key and element, as `("modules", 0, "roles", 2, "code")`.

    The text is TOML that the parser has accepted.
    """
    return _Scan(text).found


def line_at(lines: Mapping[Path, int], path: Path) -> int:
    """Return the line of the path, or of the nearest thing around it."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


class _Scan:
    """Walks the text once, and notes where things stand."""

    def __init__(self, text: str) -> None:
        self.found: dict[Path, int] = {(): 1}
        self._counts: dict[Path, int] = {}
        self._tokens = [*_tokens(text), _Token("end", "", 0)]
        self._next = 0
        here: Path = ()
        while self._tokens[self._next].kind != "end":
            if self._passes("\n"):
                continue
            here = self._header() if self._passes("[") else self._pair(here)

    def _header(self) -> Path:
        line, many = self._tokens[self._next].line, self._passes("[")
        *outer, last = self._names("]")
        path: Path = ()
        for name in outer:
            self.found.setdefault((*path, name), line)
            path = self._newest((*path, name))
        path = (*path, last)
        self.found.setdefault(path, line)
        if many:
            self._counts[path] = self._counts.get(path, 0) + 1
        self.found[self._newest(path)] = line
        self._passes("]")
        return self._newest(path)

    def _newest(self, path: Path) -> Path:
        return (*path, self._counts[path] - 1) if path in self._counts else path

    def _pair(self, table: Path) -> Path:
        line, path = self._tokens[self._next].line, table
        for name in self._names("="):
            path = (*path, name)
            self.found.setdefault(path, line)
        self._value(path)
        return table

    def _names(self, end: str) -> list[str]:
        names = []
        while (token := self._take()).text != end:
            if token.kind in {"string", "bare"}:
                names.append(token.text.strip("\"'"))
        return names

    def _value(self, path: Path) -> None:
        first = self._take()
        if first.text == "[":
            self._elements(path)
        elif first.text == "{":
            while not self._passes("}"):
                if not (self._passes(",") or self._passes("\n")):
                    self._pair(path)
        else:
            while self._tokens[self._next].text not in {"\n", ",", "]", "}", ""}:
                self._take()

    def _elements(self, path: Path) -> None:
        count = 0
        while not self._passes("]"):
            if not (self._passes(",") or self._passes("\n")):
                self.found[(*path, count)] = self._tokens[self._next].line
                self._value((*path, count))
                count += 1

    def _passes(self, sign: str) -> bool:
        meets = self._tokens[self._next].text == sign
        self._next += meets
        return meets

    def _take(self) -> _Token:
        self._next += 1
        return self._tokens[self._next - 1]


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "blank":
            yield _Token(str(match.lastgroup), match.group(), line)
        line += match.group().count("\n")
