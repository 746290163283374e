"""Tests of role keys, written MODULE:ROLE (D13)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.role_keys import ADMINISTRATOR, RoleKey

codes = st.from_regex(r"[A-Z][A-Z0-9_]{0,29}", fullmatch=True)


@given(st.just("") | codes, codes)
def test_a_role_key_is_parsed_from_its_own_text(module: str, role: str) -> None:
    key = RoleKey(module, role)

    assert RoleKey.parse(str(key)) == key


def test_a_role_key_is_written_with_its_module_first() -> None:
    assert str(RoleKey("PQ", "BASIC")) == "PQ:BASIC"
    assert str(ADMINISTRATOR) == ":ADMIN"
    assert RoleKey("PQ", "B") < RoleKey("SD", "A")


@pytest.mark.parametrize("text", ["", "BASIC", "PQ:", ":"])
def test_other_text_is_no_role_key(text: str) -> None:
    with pytest.raises(ValueError, match="MODULE:ROLE"):
        RoleKey.parse(text)
