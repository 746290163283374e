"""Tests of the punctuation that joins texts (D25)."""

import pytest

from core.languages.punctuation import labelled, listed


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", "Role: 2"), ("da", "Role: 2"), ("fr", "Role\N{NO-BREAK SPACE}: 2")],
)
def test_a_label_is_followed_by_the_colon_of_its_language(language: str, shown: str) -> None:
    assert labelled("Role", 2, language) == shown


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", "a; b"), ("el", "a\N{MIDDLE DOT} b"), ("fr", "a\N{NO-BREAK SPACE}; b")],
)
def test_items_are_separated_as_in_their_language(language: str, shown: str) -> None:
    assert listed(["a", "b"], language) == shown
