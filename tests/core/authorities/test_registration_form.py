"""Tests of validating the form that registers an authority."""

from dataclasses import replace

import pytest

from core.authorities.registration_form import AuthorityForm, new_authority_of
from core.errors import FormError
from core.rulebook import Rulebook


def test_all_invalid_fields_are_reported_at_once(rulebook: Rulebook) -> None:
    typed = AuthorityForm(" ", "x" * 201, "no address", "Denmark", ("XX",))

    with pytest.raises(FormError) as caught:
        new_authority_of(typed, rulebook.catalogue)

    fields = [error.field for error in caught.value.errors]
    assert fields == ["official_name", "informal_title", "email", "country", "modules"]


def test_an_authority_without_a_title_has_its_official_name_as_title(rulebook: Rulebook) -> None:
    """D15, D16: the title is optional, so that its field has no error where both are empty."""
    typed = AuthorityForm("Agency", "\u200b", "one@agency.example", "DK", ())

    assert new_authority_of(typed, rulebook.catalogue).informal_title == "Agency"
    with pytest.raises(FormError) as refusal:
        new_authority_of(replace(typed, official_name=" "), rulebook.catalogue)
    assert [error.field for error in refusal.value.errors] == ["official_name"]
