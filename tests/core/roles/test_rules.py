"""Tests of the rules for granting and revoking roles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalogue.load import load, shipped
from core.errors import LastHolderError, UnknownRoleError
from core.role_keys import ADMINISTRATOR, RoleKey
from core.roles import rules

CATALOGUE = load(shipped(), "catalogue.toml")
PQ = CATALOGUE.roles_in(["PQ"])
HANDLER = RoleKey("PQ", "REQ_HANDLER")
GONE = RoleKey("OLD", "ROLE")


@given(st.frozensets(st.sampled_from(PQ)), st.frozensets(st.sampled_from(PQ)))
def test_a_change_turns_the_held_roles_into_the_wanted_ones(
    held: frozenset[RoleKey], wanted: frozenset[RoleKey]
) -> None:
    change = rules.RoleChange.between(held, wanted)

    assert (held - change.removed) | change.added == wanted
    assert bool(change) == (held != wanted)


@given(st.dictionaries(st.sampled_from(PQ), st.integers(0, 3)), st.sampled_from(PQ))
def test_a_role_can_be_revoked_only_if_enough_others_hold_it(  # R62, D12
    others: dict[RoleKey, int], key: RoleKey
) -> None:
    least = CATALOGUE.min_holders(key)
    if others.get(key, 0) < least:
        with pytest.raises(LastHolderError) as refusal:
            rules.require_holders([key], others, CATALOGUE)
        assert (refusal.value.role, refusal.value.least) == (key, least)
    else:
        rules.require_holders([key], others, CATALOGUE)


def test_a_role_that_left_the_catalogue_can_only_be_revoked() -> None:  # D24
    rules.require_holders([GONE], {}, CATALOGUE)
    with pytest.raises(UnknownRoleError):
        rules.require_possible([GONE], ["PQ"], CATALOGUE)


def test_only_roles_of_the_authoritys_modules_can_be_granted() -> None:  # D13
    rules.require_possible([HANDLER, ADMINISTRATOR], ["PQ"], CATALOGUE)
    with pytest.raises(UnknownRoleError):
        rules.require_possible([HANDLER], ["PR"], CATALOGUE)


def test_roles_with_too_few_holders_are_in_the_order_of_the_catalogue() -> None:  # R61, D12
    assert rules.role_gaps(["PQ"], {}, CATALOGUE) == (ADMINISTRATOR, HANDLER)
    assert rules.role_gaps(["PQ"], {ADMINISTRATOR: 1, HANDLER: 2}, CATALOGUE) == ()
