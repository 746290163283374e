"""Tests of finding the script of a letter."""

import pytest

from core.text.scripts import scripts_of


@pytest.mark.parametrize(
    ("text", "scripts"),
    [
        ("Þórdís ŀ ª", {"Latin"}),
        ("Μαρία", {"Greek"}),
        ("Георги", {"Cyrillic"}),
        ("山田たろう", {"East Asian"}),
        ("Аnnа", {"Cyrillic", "Latin"}),
        ("e\u0301", {"Latin"}),
        ("µ 1 . 😀 \u0301 ʼ", set()),
    ],
)
def test_letters_have_a_script_and_other_signs_have_none(text: str, scripts: set[str]) -> None:
    assert scripts_of(text) == scripts
