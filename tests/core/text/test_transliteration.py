"""Transliteration: plain ASCII comes out, whatever goes in."""

import re

from hypothesis import given
from hypothesis import strategies as st

from core.text.transliteration import to_ascii


@given(st.text(max_size=80))
def test_only_small_letters_digits_and_inner_hyphens_come_out(text: str) -> None:  # D8
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", to_ascii(text))


@given(st.text(max_size=80))
def test_what_came_out_stays_itself(text: str) -> None:  # D8
    assert to_ascii(to_ascii(text)) == to_ascii(text)


def test_symbols_are_left_out_and_not_spelt_out() -> None:  # D8
    assert to_ascii("a😀b™c") == "abc"
