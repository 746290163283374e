"""Tests of a user as an option of a menu."""

from dataclasses import replace

from core.languages.names import full_name
from handlers.ui.role_checkboxes import LONGEST_OPTION
from handlers.ui.user_option import options_json, user_option, user_options_json
from tests.handlers.sample_values import IDA


def test_an_option_has_the_name_the_address_and_the_id() -> None:
    (option,) = options_json([user_option(IDA, "en")])

    assert option == {
        "text": {"type": "plain_text", "text": full_name(IDA, "en")},
        "description": {"type": "plain_text", "text": IDA.email},
        "value": str(IDA.id),
    }


def test_a_hungarian_reader_sees_the_family_name_first() -> None:  # issue 16
    (option,) = options_json([user_option(IDA, "hu")])

    assert option["text"]["text"] == f"{IDA.last_name} {IDA.first_name}"


def test_a_longer_name_or_address_is_cut_with_an_ellipsis() -> None:
    long = replace(IDA, last_name="x" * 100, email="y" * 100)

    (option,) = options_json([user_option(long, "en")])
    (labelled,) = options_json([user_option(IDA, "en", "z" * (LONGEST_OPTION + 1))])

    assert option["text"]["text"] == full_name(long, "en")[:74] + "…"
    assert option["description"]["text"] == "y" * 74 + "…"
    assert labelled["text"]["text"] == "z" * 74 + "…"


def test_what_fits_is_not_cut() -> None:
    (option,) = options_json([user_option(IDA, "en", "z" * LONGEST_OPTION)])

    assert option["text"]["text"] == "z" * LONGEST_OPTION


def test_users_are_offered_in_the_readers_alphabet() -> None:  # D25
    users = [replace(IDA, id=number, last_name=name) for number, name in enumerate(("Å", "Z", "A"))]

    offered = {
        language: [option["value"] for option in user_options_json(users, language)]
        for language in ("da", "de")
    }

    assert offered == {"da": ["2", "1", "0"], "de": ["2", "0", "1"]}
