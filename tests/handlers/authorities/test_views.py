"""Tests of edge cases of the card and of the tabs."""

import json
from dataclasses import replace

import pytest

from core.administration.competences import Competences
from core.catalogue.keyword_search import KeywordGroup
from core.languages.texts import texts
from core.rulebook import Rulebook
from handlers.authorities import competence_fields, views
from handlers.authorities.conflicts import ConflictTexts
from handlers.authorities.tab_drafts import (
    Tab,
    TabDraft,
    TabDrafts,
    drafts_from_content,
    open_tab_in,
)
from handlers.interactions import BadPayloadError, SubmittedForm
from handlers.ui.blocks import blocks_json
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
        competence_fields.module_competences_in({"coordinators_PR": ("x",)})


def test_stored_drafts_are_read_as_they_were() -> None:  # R22
    drafts = {
        Tab.MODULES: TabDraft({"keywords_PR": "A B"}, 7, {"keywords_PR": ("A", "ÆØÅ")}),
        Tab.AUTHORITY: TabDraft({"place": "x"}, 8),
    }

    stored = json.loads(json.dumps(TabDrafts(1, 2, Tab.AUTHORITY, drafts).as_content()))

    assert drafts_from_content(stored) == drafts


def test_foreign_metadata_is_refused() -> None:
    with pytest.raises(BadPayloadError):
        open_tab_in(SubmittedForm("V1", "", {}, {"draft": 1, "tab": "nonsense"}))


def test_linked_coordinators_are_among_the_first_hundred(rulebook: Rulebook) -> None:  # R36, D23
    offered = {"PQ": tuple((number, f"Authority {number:03}") for number in range(1, 151))}
    linked = Competences({}, {"PQ": frozenset({150})})
    card = replace(SAMPLE_CARD, authority=replace(HEALTH, modules=("PQ",)))

    blocks = competence_fields.module_blocks(card, linked, offered, rulebook.catalogue, texts("en"))

    (menu,) = [one for one in blocks_json(blocks) if one["block_id"] == "coordinators_PQ"]
    assert [one["value"] for one in menu["element"]["initial_options"]] == ["150"]
    assert len(menu["element"]["options"]) == 100


def test_keywords_that_do_not_fit_are_kept() -> None:  # D23
    codes = [f"K{number:03}" for number in range(102)]

    assert competence_fields.not_shown("keywords_PQ", " ".join(codes)) == ("K100", "K101")
    assert competence_fields.not_shown("coordinators_PQ", " ".join(codes)) == ()


def test_values_of_a_conflict_are_shown_readably(rulebook: Rulebook) -> None:  # D23
    shown = ConflictTexts(rulebook.catalogue, {"7": "The seventh"}, texts("en"))

    assert shown.value("team_channel", "C0TEAM") == "<#C0TEAM>"
    assert shown.value("languages", "da de") == "Dansk, Deutsch"
    assert shown.value("coordinators_PQ", "7 8") == "The seventh, 8"
    assert shown.label("coordinators_PQ") == "Linked coordinators (Professional qualifications)"
    assert shown.label("keywords_") == "General keywords"
