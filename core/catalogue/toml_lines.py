"""Finds the line numbers of tables, keys and elements in TOML, which `tomllib` does not report."""

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

    The text is valid TOML.
    """
    return _Scanner(text).lines


def line_at(lines: Mapping[Path, int], path: Path) -> int:
    """Return the line of the path, or of the nearest thing around it that is in the text."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


class _Scanner:
    """Reads the tokens once, from first to last, and records the line of each path."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {(): 1}
        self._array_lengths: dict[Path, int] = {}
        self._tokens = [*_tokens(text), _Token("end", "", 0)]
        self._next = 0
        here: Path = ()
        while self._tokens[self._next].kind != "end":
            if self._accept("\n"):
                continue
            here = self._header() if self._accept("[") else self._pair(here)

    def _header(self) -> Path:
        line, many = self._tokens[self._next].line, self._accept("[")
        *outer, last = self._names("]")
        path: Path = ()
        for name in outer:
            self.lines.setdefault((*path, name), line)
            path = self._current((*path, name))
        path = (*path, last)
        self.lines.setdefault(path, line)
        if many:
            self._array_lengths[path] = self._array_lengths.get(path, 0) + 1
        self.lines[self._current(path)] = line
        self._accept("]")
        return self._current(path)

    def _current(self, path: Path) -> Path:
        return (*path, self._array_lengths[path] - 1) if path in self._array_lengths else path

    def _pair(self, table: Path) -> Path:
        line, path = self._tokens[self._next].line, table
        for name in self._names("="):
            path = (*path, name)
            self.lines.setdefault(path, line)
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
            while not self._accept("}"):
                if not (self._accept(",") or self._accept("\n")):
                    self._pair(path)
        else:
            while self._tokens[self._next].text not in {"\n", ",", "]", "}", ""}:
                self._take()

    def _elements(self, path: Path) -> None:
        count = 0
        while not self._accept("]"):
            if not (self._accept(",") or self._accept("\n")):
                self.lines[(*path, count)] = self._tokens[self._next].line
                self._value((*path, count))
                count += 1

    def _accept(self, expected: str) -> bool:
        """Skip the next token if it is the expected one; return whether it was."""
        is_next = self._tokens[self._next].text == expected
        self._next += is_next
        return is_next

    def _take(self) -> _Token:
        self._next += 1
        return self._tokens[self._next - 1]


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "blank":
            yield _Token(str(match.lastgroup), match.group(), line)
        line += match.group().count("\n")
