"""Tests of alerts in modals, which Slack limits to 200 characters."""

import pytest

from handlers.json_types import Json
from handlers.responses import refusal_view
from handlers.ui.alerts import LONGEST_ALERT, alert_blocks
from tests.handlers.block_kit import alert, section

SENTENCE = "Nothing has been saved" + " at all" * 16 + "."
LONG = "Nothing" + " at all" * 40 + "."


def drawn(text: str) -> list[Json]:
    blocks: list[Json] = refusal_view(text, "en")["blocks"]
    return blocks


def test_an_empty_text_is_no_alert() -> None:
    assert alert_blocks("") == []


@pytest.mark.parametrize("text", ["No.", "No.\nAsk Anna.", "a" * LONGEST_ALERT])
def test_a_short_text_is_one_alert(text: str) -> None:
    assert drawn(text) == [alert("refused", text, "error")]


def test_the_lines_after_the_first_stand_below_the_alert() -> None:
    text = f"{SENTENCE}\n• One\n• {SENTENCE}"

    assert drawn(text) == [
        alert("refused", SENTENCE, "error"),
        section("refused_details", f"• One\n• {SENTENCE}"),
    ]


def test_the_sentences_that_do_not_fit_stand_below_the_alert() -> None:
    text = f"No. {SENTENCE} {SENTENCE} {SENTENCE}\nAsk Anna."

    assert drawn(text) == [
        alert("refused", f"No. {SENTENCE}", "error"),
        section("refused_details", f"{SENTENCE} {SENTENCE}\nAsk Anna."),
    ]


def test_a_sentence_that_does_not_fit_stands_alone_with_a_sign() -> None:
    assert drawn(LONG) == [section("refused", f":no_entry: {LONG}")]


def test_a_text_that_fits_nowhere_is_cut() -> None:
    (block,) = drawn("a" * 4000)

    assert len(block["text"]["text"]) == 3000
