"""Tests of people's names: which are accepted, normalised or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadNameError, InputError, NameFault, RequiredError
from core.text_lengths import LONGEST_PERSON_NAME
from core.users.names import name_of, proposed_name
from tests.core.imports.european_names import NAMES


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
        ("Dr. Ada, Jr.", "Dr. Ada, Jr."),
        ("J.R.R.", "J.R.R."),
        ("van der Berg", "van der Berg"),
        ("Þórdís", "Þórdís"),
        ("Ħ", "Ħ"),
        ("D'Ħ", "D'Ħ"),
        ("Ðukić", "Ðukić"),
        ("Nuñez-García", "Nuñez-García"),
        ("Nuñez\u2011García", "Nuñez\u2011García"),
        ("Μαρία", "Μαρία"),
        ("Георги", "Георги"),
        ("Ó", "Ó"),
        ("Ní Dhúill", "Ní Dhúill"),
        ("Paŀlàs", "Paŀlàs"),
        ("Gal·la", "Gal·la"),
        ("Mª José", "Mª José"),
        ("Hawaiʻi", "Hawaiʻi"),
        ("Anaïs", "Anaïs"),
        ("Ștefan", "Ștefan"),
        ("山田 たろう", "山田 たろう"),
        ("김민수", "김민수"),
        ("თამარ", "თამარ"),
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
        ("Log in now: https://evil.example", NameFault.WEB_ADDRESS),
        ("evil.example", NameFault.WEB_ADDRESS),
        ("t.co", NameFault.WEB_ADDRESS),
        ("Ida (www)", NameFault.WEB_ADDRESS),
        ("ida@evil.example", NameFault.WEB_ADDRESS),
        ("evil。example", NameFault.WEB_ADDRESS),
        ("Henrik 2", NameFault.DIGITS),
        ("Ⅷ Henrik", NameFault.DIGITS),
        ("Ida²", NameFault.DIGITS),
        ("<b>Ida</b>", NameFault.SIGNS),
        ("Ida (junior)", NameFault.SIGNS),
        ("*Ida*", NameFault.SIGNS),
        ("Ida: log in", NameFault.SIGNS),
        ("S?ren", NameFault.SIGNS),
        ("n/a", NameFault.SIGNS),
        ("Ida_Lund", NameFault.SIGNS),
        ("Ida 😀", NameFault.SIGNS),
        ("O´Neill", NameFault.SIGNS),
        ("a·b", NameFault.SIGNS),
        ("µs", NameFault.SIGNS),
        ("𝐈𝐝𝐚", NameFault.SIGNS),
        ("Аnnа", NameFault.SCRIPTS),
        ("Ρaula", NameFault.SCRIPTS),
        ("Jiޒ", NameFault.SCRIPTS),
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
def test_a_text_that_is_no_name_is_refused(typed: str, fault: NameFault) -> None:  # R41, R42, D32
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


def test_every_name_of_the_unions_languages_is_a_name() -> None:  # D32
    for names in NAMES.values():
        for first, last in names:
            assert (name_of(first, "first_name"), name_of(last, "last_name")) == (first, last)


def test_a_refusal_says_which_signs_stand_in_no_name() -> None:  # D32
    with pytest.raises(BadNameError) as refusal:
        name_of("<Ida> & Bo>", "first_name")

    assert refusal.value.signs == "< > &"


@pytest.mark.parametrize(
    ("in_profile", "proposed"),
    [
        ("Jonas", "Jonas"),
        ("Jonas (he/him)", "Jonas"),
        ("Østergård [IT] 🎉", "Østergård"),
        ("Anna 2", "Anna"),
        ("O’Neill, Jr.", "O’Neill, Jr"),
        ("Log in now: https://evil.example", ""),
        ("Аnnа", ""),
        ("🎉", ""),
        ("", ""),
        ("a" * 200, "a" * LONGEST_PERSON_NAME),
    ],
)
def test_of_a_slack_profile_only_a_name_is_proposed(in_profile: str, proposed: str) -> None:  # D32
    assert proposed_name(in_profile) == proposed


@given(st.text(max_size=200))
def test_a_proposed_name_is_a_name_or_empty(in_profile: str) -> None:  # D32
    proposed = proposed_name(in_profile)

    assert not proposed or name_of(proposed, "first_name") == proposed
