"""Tests of the languages of titles, and of validating typed translations."""

from hypothesis import given
from hypothesis import strategies as st

from core.authorities.titles import checked_translations, target_languages
from core.errors import FormError
from core.languages.tags import LANGUAGES


def test_a_title_is_translated_into_the_other_languages() -> None:  # D17, D20
    assert len(target_languages("da")) == len(LANGUAGES) - 1
    assert "da" not in target_languages("da")


@given(st.dictionaries(st.sampled_from(LANGUAGES), st.text(max_size=30), max_size=5))
def test_a_language_without_a_visible_title_has_no_translation(typed: dict[str, str]) -> None:
    try:
        titles = checked_translations(typed)
    except FormError:
        return
    assert set(titles) == set(typed)
    assert not any(title for tag, title in titles.items() if not typed[tag].strip())
