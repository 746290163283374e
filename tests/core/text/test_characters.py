"""Tests of the characters that are kept and removed, with properties that hold for any text."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.characters import (
    in_lines,
    is_visible,
    one_line,
    storable,
    without_outer_blanks,
)

LONE_SURROGATES = st.characters(categories=["Cs"])
ANY = st.text(
    st.one_of(
        st.characters(),
        LONE_SURROGATES,
        st.characters(categories=["Cc", "Cf", "Mn", "Mc", "Zl", "Zp", "Zs"]),
    )
)


@pytest.mark.parametrize(
    "name",
    [
        "Ida Møller",
        "Sinéad O'Brien",
        "D’Angelo",
        "Łukasz Żółć",
        "Νίκος Παππάς",
        "Юлия Йорданова",
        "Għawdex Ħal Żebbuġ",
        "Ștefan Țurcanu",
        "Jõgi-Ļūsis",
        "Dvořák ml.",
        "Müller-Lüdenscheidt",
    ],
)
def test_names_in_the_languages_of_the_union_are_unchanged(name: str) -> None:  # R41, R42, D20
    assert is_visible(name)
    assert one_line(name) == name
    assert one_line(unicodedata.normalize("NFD", name)) == name


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("a\x00b", "ab"),
        ("a\r\nBcc: b", "a Bcc: b"),
        ("a\u2028b\x85c", "a b c"),
        ("\u202eabc\u202c", "abc"),
        ("a\u200b\u2060\ufeffb", "ab"),
        ("a\ud800b\ufffd", "ab"),
        ("\u3164", ""),
        ("\u200b \u00a0", ""),
        ("e\u0301", "é"),
        ("e\u200b\u0301", "é"),
        ("Z" + "\u0310" * 50, "Z" + "\u0310" * 3),
        ("\u0310Z", "Z"),
    ],
)
def test_invisible_characters_are_removed(typed: str, seen: str) -> None:
    assert one_line(typed) == seen
    assert in_lines(typed).replace("\n", " ").replace("\u00a0", " ") == seen


def test_line_breaks_are_kept() -> None:
    assert in_lines(" one \r\n\ttwo\u2028\nthree\x00 ") == "one\n two\n\nthree"


@given(ANY)
def test_any_text_becomes_one_visible_line(text: str) -> None:
    line = one_line(text)

    assert not line or is_visible(line)
    assert one_line(line) == line
    assert len(line.splitlines()) <= 1
    assert unicodedata.is_normalized("NFC", line)
    line.encode()


@given(ANY)
def test_any_text_becomes_visible_lines(text: str) -> None:
    lines = in_lines(text)

    assert all(is_visible(line) for line in lines.split("\n"))
    assert in_lines(lines) == lines
    lines.encode()


@given(ANY)
def test_any_text_can_be_stored(text: str) -> None:
    kept = storable(text)

    assert "\x00" not in kept
    kept.encode()
    assert one_line(kept) == one_line(text)
    assert is_visible(kept) == is_visible(text)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("read", [one_line, in_lines, is_visible])
def test_a_stack_of_combining_marks_is_handled_quickly(read: Callable[[str], object]) -> None:
    """Normalising this text without a limit would take minutes."""
    stack = "a" + "\u0301\u0323" * 300_000

    result = read(stack)

    assert result is False or len(str(result)) <= 4


@given(ANY)
def test_outer_blanks_are_cut_off_once_and_for_all(text: str) -> None:  # B13
    trimmed = without_outer_blanks(text)

    assert trimmed in text
    assert trimmed == without_outer_blanks(trimmed) == trimmed.strip()


@pytest.mark.parametrize(
    ("text", "trimmed"),
    [
        ("\t\u00a0 a b\u200b", "a b"),
        ("a\u200bb", "a\u200bb"),
        ("\u200b \ufeff", ""),
        ("", ""),
        ("é", "é"),
    ],
)
def test_only_outer_blanks_are_cut_off(text: str, trimmed: str) -> None:  # B13
    assert without_outer_blanks(text) == trimmed
