"""On which line of a TOML text a table or one of its keys stands; the parser does not say."""

import re
from collections.abc import Mapping

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*\[\[\s*([\w.]+)\s*\]\]")
_KEY = re.compile(r"^\s*([\w-]+)\s*=")


def lines_of(text: str) -> Mapping[Path, int]:
    """Return the line of every array table and key, as `("modules", 0, "roles", 2, "code")`."""
    found: dict[Path, int] = {(): 1}
    here: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header is not None:
            here = _next(header.group(1).split("."), found)
            found[here] = number
        elif key is not None:
            found[(*here, key.group(1))] = number
    return found


def line_at(lines: Mapping[Path, int], path: Path) -> int:
    """Return the line of the path, or of the nearest thing around it."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


def _next(names: list[str], found: Mapping[Path, int]) -> Path:
    path: Path = ()
    for depth, name in enumerate(names):
        count = sum(
            1
            for known in found
            if len(known) == len(path) + 2
            and known[:-1] == (*path, name)
            and isinstance(known[-1], int)
        )
        last = depth == len(names) - 1
        path = (*path, name, count if last else max(count - 1, 0))
    return path
