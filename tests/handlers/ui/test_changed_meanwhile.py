"""Tests of the note on what someone else changed while a form was open (D23)."""

import pytest

from core.errors import FieldChange
from core.languages.texts import texts
from handlers.ui.changed_meanwhile import change_text


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (
            FieldChange("place", "Anna Holm", "Aby", "Fjordby"),
            ["Changed in the meantime by: Anna Holm", "Before: Aby", "Now: Fjordby"],
        ),
        (
            FieldChange("place", "", None, ""),
            ["Changed in the meantime by: someone else", "Now: –"],
        ),
    ],
)
def test_the_note_says_what_is_known_of_a_change(change: FieldChange, lines: list[str]) -> None:
    """D23: the trail may say neither who changed the field nor what it was before."""
    assert change_text(change, str, texts("en")).split("\n") == lines
