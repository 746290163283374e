"""Tests that the tests named in the security pages exist, and that each claim names one."""

import re
from functools import cache
from pathlib import Path

import pytest

PAGES = ("docs/asvs.md", "SECURITY.md")
STATES = {"met", "in part", "not met", "n/a"}


@cache
def names_of_tests() -> frozenset[str]:
    """Return the names of all tests."""
    return frozenset(
        name
        for path in Path("tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    )


def rows() -> list[list[str]]:
    """Return the cells of each row in the tables of items."""
    lines = Path("docs/asvs.md").read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if re.match(r"\d+\.\d+\.\d+", row[0])]


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_a_security_page_names_exists(page: str) -> None:
    named = re.findall(r"`(test_\w+)`", Path(page).read_text("utf-8"))

    assert named
    assert sorted(set(named) - names_of_tests()) == []


def test_every_met_item_names_a_test_or_is_documented() -> None:
    for item, _, _, state, how, tests in rows():
        assert state.strip("*") in STATES, item
        assert state != "met" or tests or how == "documented below", item


def test_each_item_occurs_once_and_unmet_ones_are_listed_at_the_top() -> None:
    items = [row[0] for row in rows()]
    top = Path("docs/asvs.md").read_text("utf-8").partition("\n## ")[0]

    assert len(set(items)) == len(items)
    for item, _, _, state, _, _ in rows():
        assert state != "**not met**" or f"**{item}**" in top, item
