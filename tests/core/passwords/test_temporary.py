"""Tests that temporary passwords are strong, readable, and satisfy the password rules."""

import re
from math import log2
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from core.errors import PasswordRule
from core.passwords.rules import broken_rules
from core.passwords.temporary import make_temporary
from core.policy import Policy

POLICY = Policy()


def test_a_temporary_password_has_six_readable_groups() -> None:  # D4
    assert re.fullmatch(r"\w{4}(-\w{4}){5}", make_temporary(POLICY).reveal())


def test_a_temporary_password_has_at_least_128_bits() -> None:  # D4
    bits: list[float] = []

    def choose(characters: str) -> str:
        bits.append(log2(len(set(characters))))
        return characters[0]

    make_temporary(POLICY, choose)

    assert sum(bits) >= 128


def test_a_temporary_password_has_no_lookalike_characters() -> None:  # D4
    offered: set[str] = set()

    def choose(characters: str) -> str:
        offered.update(characters)
        return characters[0]

    make_temporary(POLICY, choose)

    for lookalikes in ("0Oo", "1Il", "5S", "2Z", "8B", "Ii"):
        assert len(offered.intersection(lookalikes)) <= 1


@given(st.randoms(use_true_random=False), st.integers(8, 64))
def test_every_random_choice_satisfies_the_password_rules(  # R72-R75, D4
    chance: Random, shortest: int
) -> None:
    policy = Policy(password_min_length=shortest)

    broken = broken_rules(make_temporary(policy, chance.choice), policy, [])

    # A source that always picks the same character is not random, and may look common.
    assert set(broken) <= {PasswordRule.NOT_COMMON}


def test_temporary_passwords_are_unique_and_not_common() -> None:  # D4
    made = [make_temporary(POLICY) for _ in range(200)]

    assert len({password.reveal() for password in made}) == 200
    assert {broken_rules(password, POLICY, []) for password in made} == {()}
