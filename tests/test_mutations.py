"""Tests that the mutations of the security claims fit the product (SECURITY.md, docs/asvs.md)."""

import re
from pathlib import Path

import pytest

from tests.mutations.mutation import Mutation, MutationResult, find_test, mutated, run
from tests.mutations.table import MUTATIONS, WITHOUT_MUTATION

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_a_mutation_breaks_one_line_and_its_test_exists(mutation: Mutation) -> None:
    text = (ROOT / mutation.file).read_text("utf-8")

    assert mutated(text, mutation) != text
    assert find_test(ROOT, mutation.test).is_file()


def test_every_test_that_a_security_page_names_has_a_mutation() -> None:
    pages = (ROOT / "SECURITY.md", ROOT / "docs/asvs.md")
    named = {
        name for page in pages for name in re.findall(r"`(test_\w+)`", page.read_text("utf-8"))
    }
    mutated_tests = {mutation.test for mutation in MUTATIONS}

    assert sorted(named - mutated_tests - WITHOUT_MUTATION) == []
    assert sorted(WITHOUT_MUTATION - named) == []
    assert sorted(WITHOUT_MUTATION & mutated_tests) == []


def a_tree(directory: Path, body: str) -> Path:
    """Make a product of one line with one test."""
    (directory / "tests").mkdir()
    (directory / "product.py").write_text("allowed = False\n", "utf-8")
    (directory / "tests" / "test_product.py").write_text(body, "utf-8")
    return directory


MUTATION = Mutation("test_allowed", "product.py", "allowed = False", "allowed = True")


@pytest.mark.parametrize(
    ("body", "result"),
    [
        (
            "from product import allowed\n\ndef test_allowed():\n    assert not allowed\n",
            MutationResult.CAUGHT,
        ),
        ("def test_allowed():\n    assert True\n", MutationResult.SURVIVED),
        ("import nothing\n\ndef test_allowed():\n    assert False\n", MutationResult.BROKEN),
    ],
)
def test_a_mutation_is_caught_only_by_a_test_that_fails(
    tmp_path: Path, body: str, result: MutationResult
) -> None:
    tree = a_tree(tmp_path, body)

    assert run(MUTATION, tree) == result
    assert (tree / "product.py").read_text("utf-8") == "allowed = False\n"


def test_a_line_that_is_not_there_once_is_an_error() -> None:
    with pytest.raises(ValueError, match="the line occurs 2 times"):
        mutated("allowed = False\nallowed = False\n", MUTATION)
