"""Tests of detecting usernames that an e-mail to the user would show."""

import pytest

from core.users.mail_exposure import MailExposure


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
