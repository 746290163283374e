"""Tests of validating the form that registers an authority."""

import pytest

from core.authorities.registration_form import AuthorityForm, new_authority_of
from core.errors import FormError
from core.rulebook import Rulebook


def test_all_invalid_fields_are_reported_at_once(rulebook: Rulebook) -> None:
    typed = AuthorityForm(" ", "", "no address", "Denmark", ("XX",))

    with pytest.raises(FormError) as caught:
        new_authority_of(typed, rulebook.catalogue)

    fields = [error.field for error in caught.value.errors]
    assert fields == ["official_name", "informal_title", "email", "country", "modules"]
