"""Tests of the letters of the languages."""

import pytest

from core.languages.alphabets import letters_of
from core.languages.tags import LANGUAGES


# English is written with the letters a to z alone.
@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_every_language_has_its_letters(language: str) -> None:  # D33
    assert letters_of(language)
