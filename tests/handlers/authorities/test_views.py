"""Tests of edge cases of the card and of the tabs."""

from dataclasses import replace

import pytest

from core.administration.competences import Competences
from core.catalogue.keyword_search import KeywordGroup
from core.languages.texts import texts
from core.rulebook import Rulebook
from handlers.authorities import competence_fields, views
from handlers.authorities.conflicts import ConflictTexts
from handlers.authorities.tab_drafts import Tab, TabDrafts, drafts_in
from handlers.payloads import BadPayloadError, SubmittedForm
from tests.handlers.authorities.sample_cards import SAMPLE_CARD
from tests.handlers.sample_values import HEALTH


def test_the_card_says_that_the_authority_coordinates_a_module(rulebook: Rulebook) -> None:  # D18
    shown = str(views.card(SAMPLE_CARD, rulebook.catalogue, "UTC", "en"))

    assert "This authority coordinates this module." in shown
    assert "authority_access" in shown
    assert "+4533445566" in shown


def test_the_modules_tab_says_if_there_are_none(rulebook: Rulebook) -> None:
    bare = replace(SAMPLE_CARD, authority=replace(HEALTH, modules=()))
    blocks = competence_fields.module_blocks(
        bare, Competences(), {}, rulebook.catalogue, texts("en")
    )

    assert [block.block_id for block in blocks] == ["none"]


def test_at_most_100_keywords_are_offered() -> None:
    many = tuple((f"K{n}", f"Keyword {n}") for n in range(80))
    groups = (KeywordGroup("One", many), KeywordGroup("Two", many), KeywordGroup("Three", many))

    shown = competence_fields.suggestions(groups)["option_groups"]

    assert [len(group["options"]) for group in shown] == [80, 20]


def test_a_coordinators_id_must_be_a_number() -> None:
    with pytest.raises(BadPayloadError):
        competence_fields.module_competences_in({"coordinators_PR": ("x",)}, ["PR"])


def test_drafts_survive_the_metadata_and_foreign_metadata_is_refused() -> None:  # R22
    typed = {Tab.MODULES: {"keywords_PR": ("ÆØÅ",)}, Tab.AUTHORITY: {"place": ("x",)}}
    drafts = TabDrafts(7, Tab.AUTHORITY, typed, {Tab.MODULES: "abc"})
    import json

    form = SubmittedForm("V1", "", {"place": ("y",)}, json.loads(drafts.as_metadata()))

    read = drafts_in(form)
    assert (read.authority_id, read.tab, read.marks) == (7, Tab.AUTHORITY, {Tab.MODULES: "abc"})
    assert read.typed == {Tab.MODULES: {"keywords_PR": ("ÆØÅ",)}, Tab.AUTHORITY: {"place": ("y",)}}
    with pytest.raises(BadPayloadError):
        drafts_in(SubmittedForm("V1", "", {}, {"tab": "authority", "typed": "nonsense"}))


def test_values_of_a_conflict_are_shown_readably(rulebook: Rulebook) -> None:  # D23
    shown = ConflictTexts(rulebook.catalogue, {"7": "The seventh"}, texts("en"))

    assert shown.value("team_channel", "C0TEAM") == "<#C0TEAM>"
    assert shown.value("languages", "da de") == "Dansk, Deutsch"
    assert shown.value("coordinators_PQ", "7 8") == "The seventh, 8"
    assert shown.label("coordinators_PQ") == "Linked coordinators (Professional qualifications)"
    assert shown.label("keywords_") == "General keywords"
