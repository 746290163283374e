"""Tests of the 24 language tags, and of the language of a Slack locale."""

import pytest
from babel import Locale

from core.errors import RequiredError, UnknownLanguageError
from core.languages.tags import FALLBACK, LANGUAGES, from_locale, language_of


def test_there_are_24_languages_and_each_has_a_name() -> None:  # D20
    assert len(set(LANGUAGES)) == len(LANGUAGES) == 24
    assert all(Locale.parse(tag).display_name for tag in LANGUAGES)
    assert FALLBACK in LANGUAGES


@pytest.mark.parametrize("typed", [*LANGUAGES, " DA ", "De"])
def test_an_official_language_is_accepted(typed: str) -> None:  # R43, D20
    assert language_of(typed) == typed.strip().lower()


@pytest.mark.parametrize("typed", ["nb", "tr", "english", "da-DK", "d", "../da"])
def test_any_other_language_is_refused(typed: str) -> None:  # R43, D20
    with pytest.raises(UnknownLanguageError) as refusal:
        language_of(typed, "working_language")

    assert refusal.value.field == "working_language"


@pytest.mark.parametrize("typed", ["", "  "])
def test_a_language_is_required(typed: str) -> None:  # R43
    with pytest.raises(RequiredError):
        language_of(typed)


@pytest.mark.parametrize(
    ("locale", "tag"),
    [
        ("da-DK", "da"),
        ("en-GB", "en"),
        ("en-US", "en"),
        ("pt-BR", "pt"),
        ("fr_FR", "fr"),
        ("sv", "sv"),
        ("nb-NO", "en"),
        ("zh-Hans-CN", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_a_slack_locale_gives_a_language(locale: str | None, tag: str) -> None:  # D20
    assert from_locale(locale) == tag
