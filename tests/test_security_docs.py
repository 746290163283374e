"""Each test that the security pages name exists, and each promise there has one."""

import re
from functools import cache
from pathlib import Path

import pytest

PAGES = ("docs/asvs.md", "SECURITY.md")
STATES = {"met", "in part", "not met", "n/a"}


@cache
def written() -> frozenset[str]:
    """Return the name of every test."""
    return frozenset(
        name
        for path in Path("tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    )


def rows() -> list[list[str]]:
    """Return the rows of the tables of items, as their cells."""
    lines = Path("docs/asvs.md").read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if re.match(r"\d+\.\d+\.\d+", row[0])]


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_a_security_page_names_exists(page: str) -> None:
    named = re.findall(r"`(test_\w+)`", Path(page).read_text("utf-8"))

    assert named
    assert sorted(set(named) - written()) == []


def test_what_is_met_is_shown_by_a_test_or_written_down() -> None:
    for item, _, _, state, how, shown in rows():
        assert state.strip("*") in STATES, item
        assert state != "met" or shown or how == "written here", item


def test_each_item_stands_once_and_what_is_not_met_is_said_at_the_top() -> None:
    items = [row[0] for row in rows()]
    top = Path("docs/asvs.md").read_text("utf-8").partition("\n## ")[0]

    assert len(set(items)) == len(items)
    for item, _, _, state, _, _ in rows():
        assert state != "**not met**" or f"**{item}**" in top, item
