"""Tests of the normalised words, tokens and similarity in the search for authorities."""

import re

from hypothesis import given
from hypothesis import strategies as st

from core.authority_search.rules import (
    Lexicon,
    keyword_token,
    module_token,
    similarity,
    words_of,
)
from core.catalogue.rules import Catalogue


@given(st.text(alphabet="AB0_ZU", max_size=6), st.text(alphabet="AB0_ZU", max_size=6))
def test_different_codes_have_different_tokens(first: str, second: str) -> None:
    assert (module_token(first) == module_token(second)) == (first == second)
    assert (keyword_token(first, "A") == keyword_token(second, "A")) == (first == second)
    assert (keyword_token(first, second) == keyword_token(second, first)) == (first == second)


@given(st.text())
def test_words_consist_of_letters_and_digits(text: str) -> None:
    assert all(re.fullmatch("[a-z0-9]+", word) for word in words_of(text))


def test_similarity_grows_with_common_letters() -> None:
    assert similarity("helth", ["agency", "health"]) > 0
    assert (
        similarity("health", ["health"])
        > similarity("heal", ["health"])
        > similarity("haelth", ["health"])
    )
    assert similarity("zorro", ["health"]) == 0
    assert similarity("zorro", []) == 0


def test_a_short_word_matches_only_the_equal_word() -> None:
    lexicon = Lexicon.of(Catalogue((), ()))
    assert lexicon.tokens("eu") == frozenset()
    assert Lexicon({"eu": frozenset({"x"}), "europe": frozenset({"y"})}).tokens("eu") == {"x"}
    assert Lexicon({"eu": frozenset({"x"}), "europe": frozenset({"y"})}).tokens("eur") == {"y"}
