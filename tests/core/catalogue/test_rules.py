"""Tests of the modules, roles and names in a catalogue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalogue.rules import Catalogue, Module, Role
from core.errors import UnknownModuleError, UnknownRoleError
from core.role_keys import ADMINISTRATOR, RoleKey

BASIC = Role("BASIC", {"en": "Basic user", "da": "Basisbruger"})
HANDLER = Role("REQ_HANDLER", {"en": "Request handler"}, 1)
CATALOGUE = Catalogue(
    (Role("ADMIN", {"en": "Administrator"}, 1),),
    (
        Module("SD", {"en": "Services", "da": "Tjenesteydelser"}, (BASIC, HANDLER)),
        Module("EC", {"en": "E-commerce", "da": ""}, (BASIC,)),
    ),
)


def test_an_authority_has_the_roles_of_its_modules_and_the_authority_wide_ones() -> None:  # D13
    assert CATALOGUE.roles_in(["EC", "SD"]) == (
        ADMINISTRATOR,
        RoleKey("SD", "BASIC"),
        RoleKey("SD", "REQ_HANDLER"),
        RoleKey("EC", "BASIC"),
    )
    assert CATALOGUE.roles_in(["NONE"]) == (ADMINISTRATOR,)


@given(st.lists(st.sampled_from(["SD", "EC", "XX"])))
def test_every_role_of_an_authority_is_in_the_catalogue_once(modules: list[str]) -> None:  # D13
    keys = CATALOGUE.roles_in(modules)

    assert len(set(keys)) == len(keys)
    assert {CATALOGUE.role(key).code for key in keys} == {key.role for key in keys}
    assert {key.module for key in keys} - {""} == set(modules) & {"SD", "EC"}


def test_a_module_and_a_role_are_found_by_their_codes() -> None:  # D24
    assert CATALOGUE.module("EC").code == "EC"
    assert CATALOGUE.role(RoleKey("SD", "REQ_HANDLER")) is HANDLER
    assert CATALOGUE.role(ADMINISTRATOR).code == "ADMIN"


def test_an_unknown_module_is_refused() -> None:  # D24
    with pytest.raises(UnknownModuleError):
        CATALOGUE.module("XX")


@pytest.mark.parametrize("text", ["EC:REQ_HANDLER", "XX:BASIC", ":BASIC", "SD:ADMIN"])
def test_an_unknown_role_is_refused(text: str) -> None:  # D13
    with pytest.raises(UnknownRoleError):
        CATALOGUE.role(RoleKey.parse(text))
    with pytest.raises(UnknownRoleError):
        CATALOGUE.min_holders(RoleKey.parse(text))


def test_a_role_has_a_minimum_number_of_holders() -> None:  # R62, D12
    assert CATALOGUE.min_holders(ADMINISTRATOR) == 1
    assert CATALOGUE.min_holders(RoleKey("SD", "BASIC")) == 0


def test_a_name_falls_back_to_english() -> None:  # D24
    assert CATALOGUE.name_of_module("SD", "da") == "Tjenesteydelser"
    assert CATALOGUE.name_of_module("SD", "mt") == "Services"
    assert CATALOGUE.name_of_module("EC", "da") == "E-commerce"
    assert CATALOGUE.name_of_role(RoleKey("SD", "BASIC"), "da") == "Basisbruger"
    assert CATALOGUE.name_of_role(RoleKey("SD", "REQ_HANDLER"), "da") == "Request handler"
    assert CATALOGUE.name_of_role(ADMINISTRATOR, "fi") == "Administrator"


def test_an_item_of_an_older_catalogue_is_shown_by_its_code() -> None:
    assert CATALOGUE.name_of_module("XX", "da") == "XX"
    assert CATALOGUE.name_of_role(RoleKey("XX", "BASIC"), "da") == "BASIC"
    assert CATALOGUE.name_of_role(RoleKey("EC", "GONE"), "da") == "GONE"
