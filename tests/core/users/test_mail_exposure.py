"""Tests of detecting usernames that an e-mail to the user would show."""

import pytest

from core.errors import UsernameInTextError
from core.users.mail_exposure import MailExposure, mailed_text, without_usernames


@pytest.mark.parametrize(
    ("first", "last", "email", "username"),
    [
        ("Ida", "Møller", "IMoeller@sundhed.example", "imoeller"),
        ("Ida", "Møller", "imøller@sundhed.example", "imoeller"),
        ("Ida", "Møller", "imøller_b@sundhed.example", "imoeller_b"),
        ("Ida", "Møller", "imoeller+imi@sundhed.example", "imoeller"),
        ("Ida", "Møller", "i@sundhed.example", "moeller"),
        ("Ida", "Møller", "i@sundhed.example", "moller"),
        ("Ida", "Mo\u0308ller", "i@sundhed.example", "moeller"),
        ("Ida", "Møller", "i@sundhed.example", "idamoeller"),
        ("Ida Sofie", "Møller", "i@sundhed.example", "sofie"),
        ("Ana", "García-Lorca", "a@sundhed.example", "garcia-lorca"),
        ("Ana", "García-Lorca", "a@sundhed.example", "lorca"),
        ("Ann", "O’Brien", "a@sundhed.example", "obrien"),
        ("Елена", "Петрова", "e@sundhed.example", "petrova"),
        ("Ida", "Møller", "ida.m@sundhed.example", "sundhed"),
    ],
)
def test_a_word_of_the_address_or_name_is_exposed(  # R55, D10
    first: str, last: str, email: str, username: str
) -> None:
    assert MailExposure(first, last, email).shows(username)


@pytest.mark.parametrize(
    ("first", "last", "email", "username"),
    [
        ("Anna", "Holm", "anna.holm@sundhed.example", "aholm"),
        ("Ida", "Møller", "imoeller@sundhed.example", "imoeller2"),
        ("Ida", "Møller", "imoeller2@sundhed.example", "imoeller"),
        ("Bo", "Bøgholm", "bo@sundhed.example", "gholm"),
        ("Bo", "Holmø", "bo@sundhed.example", "holm"),
        ("Ida", "Møller", "no address", "imoeller"),
        ("Ida", "Møller", "", "imoeller"),
    ],
)
def test_a_part_of_a_word_is_not_exposed(  # R51, D8
    first: str, last: str, email: str, username: str
) -> None:
    assert not MailExposure(first, last, email).shows(username)


@pytest.mark.parametrize(
    "username", ["sundhedsstyrelsen", "moeller", "post", "office-a", "imi", "slack", "https"]
)
def test_a_word_of_the_authority_or_the_product_is_exposed(username: str) -> None:  # R55, D10
    authority = ("Sundhedsstyrelsen (Office-A)", "Møller", "post@sundhed.example")

    assert MailExposure("Bo", "Berg", "bo@sundhed.example", authority).shows(username)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Anna Holm", "Anna H."),
        ("anna HOLM-Berg", "anna H.-Berg"),
        ("Anna Møller", "Anna M."),
        ("Office of (Holm)", "Office of (H.)"),
        ("My name is holm, not moeller!", "My name is h., not m.!"),
        ("Anna Holmgaard", "Anna Holmgaard"),
        ("IMI", "IMI"),
        ("", ""),
    ],
)
def test_words_that_are_usernames_are_cut_to_their_initials(  # R55, D10
    text: str, cut: str
) -> None:
    assert without_usernames(text, {"holm", "moeller", "imi2"}) == cut


def test_a_text_for_somebody_else_must_not_contain_a_username() -> None:  # R55, D10
    assert mailed_text(" Call me ", "reason", 100, {"aholm"}) == "Call me"

    with pytest.raises(UsernameInTextError) as refusal:
        mailed_text("I am AHOLM.", "reason", 100, {"aholm"})

    assert refusal.value.field == "reason"
