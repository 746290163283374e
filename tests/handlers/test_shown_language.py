"""Tests that everything which is shown in Slack is in the reader's language, and in no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.languages import texts as texts_module
from core.languages.tags import LANGUAGES
from tests.english_left import english_left, english_pieces
from tests.handlers.shown_texts import shown_in
from tests.pseudo_language import PseudoTranslations, disguised, readable_english
from tests.sample_demo import demo_with_sample_users

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.demo.demo import Demo

# Slack itself says this at an empty field.
SLACKS_OWN = "Please complete this required field."


@pytest.fixture
async def demo(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Demo]:
    async with demo_with_sample_users(sqlite_template, tmp_path) as running:
        yield running


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
async def test_no_english_is_shown_to_readers_of_another_language(
    demo: Demo, language: str
) -> None:  # R43, D25
    assert english_left(await shown_in(demo, language), language) == []


async def test_the_walk_shows_many_texts(demo: Demo) -> None:
    shown = await shown_in(demo, "en")

    assert sum(piece in shown for piece in english_pieces()) > 150


async def test_every_text_that_is_shown_comes_from_the_catalogues(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:  # R43, D25
    try:
        with monkeypatch.context() as patch:
            patch.setattr(texts_module, "_translations", lambda *_: PseudoTranslations())
            texts_module.texts.cache_clear()
            shown = await shown_in(demo, "da")
    finally:
        # Only after the real ones are back: the product still runs, and what it reads is kept.
        texts_module.texts.cache_clear()

    assert disguised("Add a user") in shown
    assert readable_english(shown.replace(SLACKS_OWN, "")) == []
