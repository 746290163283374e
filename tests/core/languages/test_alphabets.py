"""Tests of the letters of the languages."""

import pytest

from core.languages.alphabets import letters_of
from core.languages.tags import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_letters(language: str) -> None:  # D33
    assert letters_of(language)
