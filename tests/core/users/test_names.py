"""Tests of people's names: which are accepted, normalised or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadNameError, InputError, NameFault, RequiredError
from core.text_lengths import LONGEST_PERSON_NAME
from core.users.names import name_of


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ada", "Ada"),
        ("  Anne   Marie ", "Anne Marie"),
        ("Anne\u00a0Marie", "Anne Marie"),
        ("Go\u0308ran", "Göran"),
        ("O'Neill", "O'Neill"),
        ("O’Neill", "O’Neill"),
        ("García-Lorca", "García-Lorca"),
        ("Παπαδόπουλος", "Παπαδόπουλος"),
        ("Юлия", "Юлия"),
        ("王小明", "王小明"),
        ("M\u0327ari", "M\u0327ari"),
        ("Dr. Ada (junior)", "Dr. Ada (junior)"),
        ("ö" * LONGEST_PERSON_NAME, "ö" * LONGEST_PERSON_NAME),
        ("o\u0308" * LONGEST_PERSON_NAME, "ö" * LONGEST_PERSON_NAME),
    ],
)
def test_a_name_is_normalised_to_one_spelling_with_single_spaces(  # R41, R42
    typed: str, name: str
) -> None:
    assert name_of(typed, "first_name") == name


@pytest.mark.parametrize("typed", ["", "   ", "\n", "\u00a0\u2003"])
def test_a_blank_name_is_required(typed: str) -> None:  # R41, R42
    with pytest.raises(RequiredError) as refusal:
        name_of(typed, "last_name")

    assert refusal.value.field == "last_name"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("Ada\x00", NameFault.CONTROL_CHARACTERS),
        ("Ada\nBcc: eve", NameFault.CONTROL_CHARACTERS),
        ("Ada\r", NameFault.CONTROL_CHARACTERS),
        ("Ada\tB", NameFault.CONTROL_CHARACTERS),
        ("Ada\u2028B", NameFault.CONTROL_CHARACTERS),
        ("Ada\u2029B", NameFault.CONTROL_CHARACTERS),
        ("Ada\u202eadA", NameFault.CONTROL_CHARACTERS),
        ("Ada\u2066B", NameFault.CONTROL_CHARACTERS),
        ("A\u200bda", NameFault.CONTROL_CHARACTERS),
        ("A\u200dda", NameFault.CONTROL_CHARACTERS),
        ("\ufeffAda", NameFault.CONTROL_CHARACTERS),
        ("A\u00adda", NameFault.CONTROL_CHARACTERS),
        ("\ud800", NameFault.CONTROL_CHARACTERS),
        ("\ue000", NameFault.CONTROL_CHARACTERS),
        ("\u3164", NameFault.CONTROL_CHARACTERS),
        ("...", NameFault.NO_LETTER),
        ("12", NameFault.NO_LETTER),
        ("😀", NameFault.NO_LETTER),
        ("1\u0308", NameFault.NO_LETTER),
        ("\u0308", NameFault.CONTROL_CHARACTERS),
        ("Z" + "\u0310" * 4, NameFault.CONTROL_CHARACTERS),
        ("Ada\ufe0f", NameFault.CONTROL_CHARACTERS),
        ("Ad\ufffd", NameFault.CONTROL_CHARACTERS),
        ("a" * (LONGEST_PERSON_NAME + 1), NameFault.TOO_LONG),
    ],
)
def test_a_text_that_is_no_name_is_refused(typed: str, fault: NameFault) -> None:  # R41, R42
    with pytest.raises(BadNameError) as refusal:
        name_of(typed, "first_name")

    assert refusal.value.fault is fault
    assert refusal.value.field == "first_name"


@given(st.text(max_size=100))
def test_checking_a_name_twice_changes_nothing(typed: str) -> None:  # R41, R42
    try:
        name = name_of(typed, "first_name")
    except InputError:
        return

    assert name_of(name, "first_name") == name
    assert name.isprintable()
