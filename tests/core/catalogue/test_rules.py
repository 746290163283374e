"""What a catalogue answers about its modules and roles."""

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

codes = st.from_regex(r"[A-Z][A-Z0-9_]{0,29}", fullmatch=True)


@given(st.just("") | codes, codes)
def test_a_role_key_is_read_as_it_is_written(module: str, role: str) -> None:
    key = RoleKey(module, role)

    assert RoleKey.parse(str(key)) == key


def test_role_keys_are_written_module_first() -> None:
    assert str(RoleKey("PQ", "BASIC")) == "PQ:BASIC"
    assert str(ADMINISTRATOR) == ":ADMIN"
    assert RoleKey("PQ", "B") < RoleKey("SD", "A")


@pytest.mark.parametrize("text", ["", "BASIC", "PQ:", ":"])
def test_anything_else_is_no_role_key(text: str) -> None:
    with pytest.raises(ValueError, match="MODULE:ROLE"):
        RoleKey.parse(text)


def test_roles_of_an_authority_are_those_of_its_modules_and_its_own() -> None:  # D13
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


def test_roles_say_how_many_must_hold_them() -> None:  # R62, D12
    assert CATALOGUE.min_holders(ADMINISTRATOR) == 1
    assert CATALOGUE.min_holders(RoleKey("SD", "BASIC")) == 0


def test_names_are_of_the_language_else_english() -> None:  # D24
    assert CATALOGUE.name_of_module("SD", "da") == "Tjenesteydelser"
    assert CATALOGUE.name_of_module("SD", "mt") == "Services"
    assert CATALOGUE.name_of_module("EC", "da") == "E-commerce"
    assert CATALOGUE.name_of_role(RoleKey("SD", "BASIC"), "da") == "Basisbruger"
    assert CATALOGUE.name_of_role(RoleKey("SD", "REQ_HANDLER"), "da") == "Request handler"
    assert CATALOGUE.name_of_role(ADMINISTRATOR, "fi") == "Administrator"


def test_what_an_older_catalogue_knew_is_called_by_its_code() -> None:
    assert CATALOGUE.name_of_module("XX", "da") == "XX"
    assert CATALOGUE.name_of_role(RoleKey("XX", "BASIC"), "da") == "BASIC"
    assert CATALOGUE.name_of_role(RoleKey("EC", "GONE"), "da") == "GONE"
