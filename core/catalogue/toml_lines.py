"""The line of each table, key and element of a TOML text, which `tomllib` does not tell."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]


def lines_of(text: str) -> Mapping[Path, int]:
    """Return the line of each path, such as `("modules", 0, "roles", 2, "code")`.

    The text is valid TOML. It is cut into statements, a header or a key with its value each: the
    shortest runs of rows that `tomllib` can parse by themselves.
    """
    lines: dict[Path, int] = {(): 1}
    last_index: dict[Path, int] = {}
    table: Path = ()
    for line, rows, parsed in _parsed_runs(text.split("\n"), 1, "{}"):
        if rows[0].lstrip().startswith("["):
            table = _add_header(parsed, line, lines, last_index)
        else:
            for key, value in parsed.items():
                _add_value((*table, key), value, (line, rows), lines)
    return lines


def line_at(lines: Mapping[Path, int], path: Path) -> int:
    """Return the line of the path, or of the nearest thing around it that is in the text."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


def _parsed_runs(
    rows: list[str], line: int, form: str
) -> Iterator[tuple[int, list[str], dict[str, Any]]]:
    """Yield the shortest runs of rows that are TOML inside the form: first line, rows, value."""
    start = 0
    for end in range(1, len(rows) + 1):
        try:
            parsed = tomllib.loads(form.replace("{}", "\n".join(rows[start:end]) + "\n"))
        except tomllib.TOMLDecodeError:
            continue
        yield line + start, rows[start:end], parsed
        start = end


def _add_header(
    parsed: Any,  # noqa: ANN401 - nested tables
    line: int,
    lines: dict[Path, int],
    last_index: dict[Path, int],
) -> Path:
    """Add the table that a header opens, `{"modules": {"roles": [{}]}}`, and return its path."""
    path: Path = ()
    while parsed and isinstance(parsed, dict):
        ((name, parsed),) = parsed.items()
        path = (*path, name)
        lines.setdefault(path, line)
        if isinstance(parsed, list):
            last_index[path] = last_index.get(path, -1) + 1
        if path in last_index:
            path = (*path, last_index[path])
    lines[path] = line
    return path


def _add_value(
    path: Path,
    value: Any,  # noqa: ANN401 - any TOML value
    place: tuple[int, list[str]],
    lines: dict[Path, int],
) -> None:
    """Add the path and everything in its value; `place` is the first line and the rows."""
    lines.setdefault(path, place[0])
    if isinstance(value, dict):
        for key, inner in value.items():
            _add_value((*path, key), inner, place, lines)
    elif isinstance(value, list):
        for number, (inner, at) in enumerate(zip(value, _places(place, len(value)), strict=True)):
            _add_value((*path, number), inner, at, lines)


def _places(place: tuple[int, list[str]], count: int) -> list[tuple[int, list[str]]]:
    """Return the place of each element of an array; that of the array if they share its rows."""
    line, rows = place
    found = [
        (at, run)
        for at, run, parsed in _parsed_runs(rows[1:-1], line + 1, "elements = [{}]")
        for _ in parsed["elements"]
    ]
    return found if len(found) == count else [(line, [])] * count
