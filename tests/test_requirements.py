"""Tests that cited requirement numbers exist, and that a test cites each rule."""

import re
from pathlib import Path

import pytest

from tests.citations import cited_by_tests_in, cited_in, files, numbers_in, parts_of

PAGE = Path("docs/requirements.md")
RULES = [*(f"R{number}" for number in range(1, 79)), *(f"C{number}" for number in range(1, 6))]


def numbers_on_the_page() -> list[str]:
    """Return the numbers that begin a row of the page, in its order."""
    return re.findall(r"^\| ([RCD]\d+) \|", PAGE.read_text("utf-8"), re.MULTILINE)


def test_the_page_has_each_number_once_without_gaps() -> None:
    numbers = numbers_on_the_page()

    decisions = [f"D{number}" for number in range(1, len(numbers) - len(RULES) + 1)]
    assert numbers == [*RULES, *decisions]
    top = PAGE.read_text("utf-8").partition("\n## ")[0]
    assert f"`{decisions[0]}`–`{decisions[-1]}`" in top


def test_every_number_that_is_cited_is_on_the_page() -> None:
    known = set(numbers_on_the_page())
    cited = [one for path in files() for one in cited_in(path)]

    # The page itself names each of them, so the search is not blind.
    assert known <= {one.number for one in cited}
    assert sorted(one for one in cited if one.number not in known) == []


def test_every_rule_is_cited_by_a_test() -> None:
    cited: set[str] = set()
    for path in Path("tests").rglob("test_*.py"):
        if path != Path("tests/test_requirements.py"):
            cited |= cited_by_tests_in(path.read_text("utf-8"))

    assert [rule for rule in RULES if rule not in cited] == []


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_the_main_documents_link_to_the_page(page: str) -> None:
    assert f"]({PAGE})" in Path(page).read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("it expires (R69, R70, D6).", ["R69", "R70", "D6"]),
        ("R6-R8", ["R6", "R7", "R8"]),
        ("R6–R8 and D1", ["R6", "R7", "R8", "D1"]),
        ("R24–25: more", ["R24", "R25"]),
        ("D2-D4)", ["D2", "D3", "D4"]),
        ("R1/R2", ["R1", "R2"]),
        ("HTTP 404, ISO 3166, R404, D145, R0, R07, r46", []),
        ("U0ANNA in C0HEALTH, C0123456, D024BE91L, T0IMI", []),
        ("# noqa: D103, C901, PLR2004", []),
        ("U+00C5, \\xC3, 0xD6, A4, v1.R5, /srv/R5, R5-day, C3.5, x_R5, R5_x", []),
    ],
)
def test_only_a_separate_number_is_a_citation(text: str, numbers: list[str]) -> None:
    assert numbers_in(text) == numbers


@pytest.mark.parametrize(
    ("suffix", "text", "found"),
    [
        (".py", '"""Keeps R46."""\nx = 1  # R47\n', [(2, "# R47"), (1, "Keeps R46.")]),
        (".py", 'x = "C1"\ny = f"Days (R2, D4). {x}"\nz = "# R3"\n', [(2, "(R2, D4)")]),
        (".md", "R1 `R2`\n```\nR3\n```\nR4", [(1, "R1 \n\n\n\nR4")]),
        (".toml", '"D1", # R1\n#R2\n', [(1, "# R1"), (2, "#R2")]),
        (".css", "a { color: #D12 }\n/* R1\nR2 */", [(2, "/* R1\nR2 */")]),
        (".js", 'x = "http://R5"; // R1\n', [(1, "// R1")]),
        (".html", "R1 {# R2 #}<!-- R3 -->", [(1, "{# R2 #}"), (1, "<!-- R3 -->")]),
    ],
)
def test_citations_are_read_from_comments_docstrings_and_documents_only(
    suffix: str, text: str, found: list[tuple[int, str]]
) -> None:
    assert list(parts_of(text, suffix)) == found


def test_only_comments_and_docstrings_inside_a_test_are_its_citations() -> None:
    text = '''"""Rules: R1."""
NUMBERS = ["(R2)"]  # R3

def helper() -> None:  # R4
    """Help with R5."""

@decorated("R6")  # R7
async def test_it() -> None:  # R8-R9
    """Show R10."""
    assert "(R11)"  # R12
'''
    assert cited_by_tests_in(text) == {"R7", "R8", "R9", "R10", "R12"}
