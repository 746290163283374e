"""Tests of e-mail addresses and telephone numbers: normal forms and refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.contacts import EmailAddress, email_of, phone_of
from core.errors import (
    BadEmailError,
    BadPhoneDigitsError,
    BadPhoneError,
    InputError,
    RequiredError,
)


@pytest.mark.parametrize(
    ("typed", "text", "key"),
    [
        ("ada@imi.example", "ada@imi.example", "ada@imi.example"),
        (" Ada.Hansen@IMI.Example ", "Ada.Hansen@imi.example", "ada.hansen@imi.example"),
        ("ada@imi.test", "ada@imi.test", "ada@imi.test"),
        ("ada+imi@styrelsen.dk", "ada+imi@styrelsen.dk", "ada+imi@styrelsen.dk"),
        ("ana@MÜLLER.example", "ana@xn--mller-kva.example", "ana@xn--mller-kva.example"),
        ("jörg@müller.example", "jörg@müller.example", "jörg@xn--mller-kva.example"),
        ("jo\u0308rg@imi.example", "jörg@imi.example", "jörg@imi.example"),
        ("δοκιμή@παράδειγμα.example", "δοκιμή@παράδειγμα.example", None),
    ],
)
def test_an_address_has_a_text_and_a_key(  # R44, D9
    typed: str, text: str, key: str | None
) -> None:
    address = email_of(typed)

    assert address.text == text
    assert key is None or address.key == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ada@imi.example", "ADA@IMI.EXAMPLE"),
        ("JÖRG@imi.example", "jo\u0308rg@imi.example"),
        ("straße@imi.example", "STRASSE@imi.example"),
        ("ana@müller.example", "ana@xn--mller-kva.example"),
        ("Σίσυφος@imi.example", "σίσυφοσ@imi.example"),
    ],
)
def test_different_spellings_of_an_address_have_the_same_key(
    one: str, other: str
) -> None:  # R46, D9
    assert email_of(one).key == email_of(other).key


def test_different_addresses_have_different_keys() -> None:  # R45
    assert email_of("ada@imi.example").key != email_of("eva@imi.example").key


@pytest.mark.parametrize("typed", ["", "  ", "\n"])
def test_a_blank_address_is_required(typed: str) -> None:  # R44
    with pytest.raises(RequiredError) as refusal:
        email_of(typed, "contact")

    assert refusal.value.field == "contact"


@pytest.mark.parametrize(
    "typed",
    [
        "ada",
        "@imi.example",
        "ada@",
        "ada@imi@imi.example",
        "ada@localhost",
        "ada@test",
        "ada@printer.local",
        "ada@imi.invalid",
        "ada@[127.0.0.1]",
        '"ada hansen"@imi.example',
        "Ada <ada@imi.example>",
        "ada@imi.example, eve@imi.example",
        "ada@imi.example\r\nBcc: eve@imi.example",
        "ada\n@imi.example",
        "ada\x00@imi.example",
        "ada\u202e@imi.example",
        "ada@imi..example",
        "a" * 65 + "@imi.example",
        "ada@" + "a" * 64 + ".example",
    ],
)
def test_an_undeliverable_address_is_refused(typed: str) -> None:  # R44, D9
    with pytest.raises(BadEmailError) as refusal:
        email_of(typed)

    assert refusal.value.field == "email"
    assert refusal.value.__cause__ is None


@given(st.one_of(st.emails(), st.text(max_size=40).map(lambda text: f"{text}@imi.example")))
def test_an_accepted_address_is_stable_and_one_line(typed: str) -> None:  # R44, D9
    try:
        address = email_of(typed)
    except InputError:
        return

    assert email_of(address.text) == address
    assert len(address.text.splitlines()) == 1


def test_addresses_are_compared_by_value() -> None:
    assert email_of("ada@imi.example") == EmailAddress("ada@imi.example", "ada@imi.example")


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("33 12 34 56", "DK", "+4533123456"),
        ("+45 33 12 34 56", "DE", "+4533123456"),
        ("0045 33123456", "DK", "+4533123456"),
        ("030 123456", "de", "+4930123456"),
        ("210 123 4567", "EL", "+302101234567"),
        ("020 7946 0018", "UK", "+442079460018"),
        ("", "DK", None),
        ("  \n", "DK", None),
    ],
)
def test_a_number_is_read_in_the_national_notation(  # R47
    typed: str, country: str, number: str | None
) -> None:
    assert phone_of(typed, country) == number


@pytest.mark.parametrize(
    "typed",
    ["abc", "112", "+45", "33 12 34 56 / 22 33 44 55", "33 12 34 56 ext. 7", "0" * 300, "+999 1"],
)
def test_text_that_is_no_telephone_number_is_refused(typed: str) -> None:  # R47
    with pytest.raises(BadPhoneError) as refusal:
        phone_of(typed, "DK", "telephone")

    assert refusal.value.field == "telephone"


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("33 12 34", BadPhoneError),
        ("+45 33 12 34", BadPhoneDigitsError),
        ("0045 33 12 34", BadPhoneDigitsError),
        ("+45 33 12 34 56 ext. 7", BadPhoneDigitsError),
    ],
)
def test_a_wrong_number_with_a_country_code_is_refused_for_its_digits(
    typed: str, refusal: type[BadPhoneError]
) -> None:  # R47, issue 16: nobody is asked for the country code that is there
    with pytest.raises(BadPhoneError) as refused:
        phone_of(typed, "DK")

    assert type(refused.value) is refusal


def test_an_unknown_country_accepts_only_international_numbers() -> None:  # R47
    assert phone_of("+45 33 12 34 56", "XX") == "+4533123456"
    with pytest.raises(BadPhoneError):
        phone_of("33 12 34 56", "XX")


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff", "\u00ad", "\u2060", "\u200e"])
def test_characters_that_cannot_be_seen_are_left_out(unseen: str) -> None:  # B22
    assert email_of(f"{unseen}ida@x.ex{unseen}ample ").text == "ida@x.example"
    assert phone_of(f"+45 33{unseen}445566", "DK") == "+4533445566"


def test_a_character_that_turns_the_writing_is_refused() -> None:  # B22
    with pytest.raises(BadEmailError):
        email_of("\u202eida@x.example")
