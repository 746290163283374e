"""Tests that texts keep to the words of docs/texts.md, so that one thing has one name."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from babel.messages.pofile import read_po

from core.languages.texts import LOCALE_DIR, po_path

# Words that no English text has, each as a regular expression; docs/texts.md says what to write.
NOT_ENGLISH = (
    r"(run|runs|ran) out",
    r"laps(e|es|ed)",
    r"looks? after",
    r"fits?",
    r"somebody",
    r"anybody",
    r"everybody",
    r"anew",
    r"meanwhile",
    r"whoever",
    r"leavers",
    r"are you told|is told|are told",
    r"just now",
    r"the bot",
    r"is no [a-z]",
    r"nobody \w+s their own",
    r"web site",
    r"he|she|his|hers?|him",
)
# Words that no Danish text has: the guide says Klassificering, blokeret, rediger and pr. e-mail.
NOT_DANISH = (
    r"klassifikation",
    r"spærr\w*",
    r"redigér",
    r"registrér",
    r"kontrollér",
    r"importér",
    r"flueben",
    r"med e-mail",
    r"workspace\w*",
    r"botten\w*",
    r"jeres",
    r"imens",
    r"på ny",
    r"han|hun|hans|hendes",
)


def forms(text: Any) -> Sequence[str]:  # noqa: ANN401 - Babel's types name None too
    """Return the plural forms of a text, or the text alone."""
    return (text,) if isinstance(text, str) else text


def english() -> list[str]:
    with (LOCALE_DIR / "imi.pot").open("rb") as file:
        return [form for message in read_po(file) if message.id for form in forms(message.id)]


def danish() -> list[str]:
    with po_path("da").open("rb") as file:
        translations = read_po(file, locale="da")
    return [form for message in translations if message.id for form in forms(message.string)]


def texts_with(word: str, shown: list[str]) -> list[str]:
    return [text for text in shown if re.search(rf"\b({word})\b", text, re.IGNORECASE)]


@pytest.mark.parametrize("word", NOT_ENGLISH)
def test_no_english_text_has_a_word_that_the_page_replaces(word: str) -> None:  # issue 16
    assert texts_with(word, english()) == []


@pytest.mark.parametrize("word", NOT_DANISH)
def test_no_danish_text_has_a_word_that_the_guide_does_not_use(word: str) -> None:  # issue 16
    assert texts_with(word, danish()) == []


def test_a_name_is_not_in_an_english_possessive() -> None:  # issue 16: a name stands alone
    assert [
        text for text in english() if re.search(r"{(name|authority|by)}'s|of {name}", text)
    ] == []


def test_no_sentence_begins_with_the_person_who_acted() -> None:  # issue 16: no verb shows gender
    assert [text for text in english() if text.startswith("{by} ")] == []


def test_each_number_has_plural_forms() -> None:  # issue 16: counted texts
    with (LOCALE_DIR / "imi.pot").open("rb") as file:
        single = [message.id for message in read_po(file) if isinstance(message.id, str)]
    # Numbers that stand alone, after a colon or as the name of an entry, need none.
    counted = [text for text in single if re.search(r"{number} [a-z]", text)]
    assert counted == []
