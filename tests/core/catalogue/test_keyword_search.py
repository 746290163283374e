"""Tests of finding keywords by words of their names."""

import pytest

from core.catalogue.keyword_search import keyword_name, keywords_like
from core.rulebook import Rulebook


@pytest.mark.parametrize("text", ["laege", "LÆGE", "doct", "Doctor"])
def test_a_keyword_is_found_by_its_name_in_the_language_or_in_english(  # R33, R35
    rulebook: Rulebook, text: str
) -> None:
    found = keywords_like(rulebook.catalogue, "PQ", text, "da")

    assert ("DOCTOR", "Læge") in [word for group in found for word in group.keywords]


def test_general_keywords_are_grouped_by_policy_field(rulebook: Rulebook) -> None:  # R34
    groups = keywords_like(rulebook.catalogue, "", "", "en")

    assert len(groups) == len(rulebook.catalogue.fields)
    assert sum(len(group.keywords) for group in groups) > len(groups)


def test_without_a_match_there_is_no_group(rulebook: Rulebook) -> None:
    assert keywords_like(rulebook.catalogue, "", "zorro", "en") == ()
    assert keywords_like(rulebook.catalogue, "XX", "", "en") == ()


def test_an_unknown_keyword_is_shown_by_its_code(rulebook: Rulebook) -> None:
    general = keywords_like(rulebook.catalogue, "", "", "da")[-1].keywords[-1]

    assert keyword_name(rulebook.catalogue, "", general[0], "da") == general[1]
    assert keyword_name(rulebook.catalogue, "PQ", "GONE", "da") == "GONE"
    assert keyword_name(rulebook.catalogue, "XX", "GONE", "da") == "GONE"
