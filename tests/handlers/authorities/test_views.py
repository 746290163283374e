"""Tests of edge cases of the card and of the tabs."""

from dataclasses import replace

import pytest

from core.administration.competences import Competences
from core.authorities.details import details_of
from core.catalogue.keyword_search import KeywordGroup
from core.languages.texts import texts
from core.rulebook import Rulebook
from handlers.authorities import competence_fields, views
from handlers.authorities.conflicts import conflict_text
from handlers.authorities.tab_drafts import Tab, TabDrafts, drafts_in
from handlers.payloads import BadPayloadError, SubmittedForm
from tests.handlers.authorities.sample_cards import SAMPLE_CARD
from tests.handlers.sample_values import HEALTH


def test_the_card_says_that_the_authority_coordinates_a_module(rulebook: Rulebook) -> None:  # D18
    shown = str(views.card(SAMPLE_CARD, rulebook.catalogue, "UTC", "en"))

    assert "It coordinates this module." in shown
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


def test_a_changed_channel_is_mentioned_in_the_conflict() -> None:  # D23
    assert "<#C0TEAM>" in conflict_text(details_of(HEALTH), ("team_channel",), texts("en"))
