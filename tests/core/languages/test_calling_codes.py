"""Tests of the calling codes in the examples of telephone numbers."""

import pytest

from core.languages.calling_codes import calling_code
from core.languages.tags import LANGUAGES


@pytest.mark.parametrize(
    ("language", "code"),
    [("da", 45), ("el", 30), ("en", 353), ("cs", 420), ("et", 372), ("sl", 386), ("sv", 46)],
)
def test_the_code_is_that_of_a_country_of_the_language(language: str, code: int) -> None:
    assert calling_code(language) == code


def test_every_language_has_a_code_in_europe() -> None:
    assert {str(calling_code(language))[0] for language in LANGUAGES} == {"3", "4"}
