"""Tests that transliteration gives plain ASCII for any text."""

import re

from hypothesis import given
from hypothesis import strategies as st

from core.text.transliteration import to_ascii


@given(st.text(max_size=80))
def test_the_result_has_only_lower_case_letters_digits_and_inner_hyphens(text: str) -> None:  # D8
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", to_ascii(text))


@given(st.text(max_size=80))
def test_transliterating_again_changes_nothing(text: str) -> None:  # D8
    assert to_ascii(to_ascii(text)) == to_ascii(text)


def test_symbols_are_removed_instead_of_spelt_out() -> None:  # D8
    assert to_ascii("a😀b™c") == "abc"
