"""Tests of validating a `UserForm`, with all errors reported at once (R41-R48)."""

import pytest

from core.errors import FormError
from core.policy import Policy
from core.role_keys import RoleKey
from core.users.registration_form import new_user_of
from core.users.rules import UserForm


def test_a_correct_form_becomes_a_new_user() -> None:
    typed = UserForm(
        " Ada ", "Holm", "da", "Ada@Health.example", "33 44 55 66", "AHolm", ("PQ:BASIC",)
    )

    new_user = new_user_of(typed, country="DK", policy=Policy())

    assert (new_user.first_name, new_user.language, new_user.phone) == ("Ada", "da", "+4533445566")
    assert (new_user.username, new_user.roles) == ("aholm", frozenset({RoleKey("PQ", "BASIC")}))


def test_all_mistakes_are_reported_at_once() -> None:  # R41-R44, D8, D20
    typed = UserForm("", " ", "xx", "nobody", "12", "ü", ("nonsense",))

    with pytest.raises(FormError) as caught:
        new_user_of(typed, country="DK", policy=Policy())

    fields = [error.field for error in caught.value.errors]
    assert fields == [
        "first_name",
        "last_name",
        "language",
        "email",
        "phone",
        "username",
        "roles",
    ]


def test_a_mistake_in_an_optional_field_is_refused() -> None:
    typed = UserForm("Ada", "Holm", "da", "ada@health.example", "12", "aholm")

    with pytest.raises(FormError) as caught:
        new_user_of(typed, country="DK", policy=Policy())

    assert [error.field for error in caught.value.errors] == ["phone"]
