"""Finds the links of a Markdown page, and those that lead nowhere, without any network."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_LINK = re.compile(r"(?P<picture>!?)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_FENCED = re.compile(r"```.*?```", re.DOTALL)
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")


def broken_links(page: Path) -> list[str]:
    """Return the targets in the repository, pages or anchors, that do not exist."""
    return [target for _picture, target in _links(page) if not _exists(page, target)]


def pictures_in(page: Path) -> list[Path]:
    """Return the pictures that the page shows, in its order."""
    return [(page.parent / target).resolve() for picture, target in _links(page) if picture]


def anchors_in(text: str) -> set[str]:
    """Return the anchors of a page's headings, as forges and mkdocs make them."""
    found: Counter[str] = Counter()
    anchors = set()
    for heading in _HEADING.findall(_FENCED.sub("", text)):
        anchor = _NOT_IN_ANCHORS.sub("", heading.lower()).strip().replace(" ", "-")
        anchors.add(f"{anchor}-{found[anchor]}" if found[anchor] else anchor)
        found[anchor] += 1
    return anchors


def _links(page: Path) -> Iterator[tuple[str, str]]:
    for link in _LINK.finditer(_CODE.sub("", page.read_text("utf-8"))):
        if not link["target"].startswith(("https://", "http://", "mailto:")):
            yield link["picture"], link["target"]


def _exists(page: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    file = page.parent / path if path else page
    if not file.exists():
        return False
    return not anchor or anchor in anchors_in(file.read_text("utf-8"))
