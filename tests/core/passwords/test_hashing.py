"""Tests of hashing passwords: parameters, spellings of accents, and unusual input."""

import pytest

from core.passwords.hashing import Hasher
from core.secret import Secret

HASHER = Hasher()
# argon2's least memory, so that these tests are quick where the parameters do not matter.
QUICK = Hasher(memory_kib=8, rounds=1)


def test_a_hash_is_argon2id_with_the_owasp_parameters() -> None:  # D4
    assert HASHER.hash_of(Secret("Kvist7lampe")).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_only_the_right_password_matches() -> None:
    made = QUICK.hash_of(Secret("Kvist7lampe"))

    assert QUICK.matches(Secret("Kvist7lampe"), made)
    assert not QUICK.matches(Secret("kvist7lampe"), made)
    assert not QUICK.matches(Secret(""), made)


def test_two_hashes_of_one_password_differ() -> None:
    assert QUICK.hash_of(Secret("Kvist7lampe")) != QUICK.hash_of(Secret("Kvist7lampe"))


def test_composed_and_decomposed_accents_match() -> None:
    assert QUICK.matches(Secret("Kve\u0301st7lampe"), QUICK.hash_of(Secret("Kvést7lampe")))


@pytest.mark.parametrize("typed", ["\ud800", "\x00", "a" * 5000, "é" * 4096, ""])
def test_strange_input_is_a_wrong_password_and_no_crash(typed: str) -> None:  # D3
    assert not QUICK.matches(Secret(typed), QUICK.hash_of(Secret("Kvist7lampe")))


def test_a_password_cut_at_the_librarys_limit_does_not_match() -> None:  # D3
    longest = "a" * 4096

    assert QUICK.matches(Secret(longest), QUICK.hash_of(Secret(longest)))
    assert not QUICK.matches(Secret(longest + "a"), QUICK.hash_of(Secret(longest)))


def test_the_dummy_hash_has_the_same_parameters_and_is_made_once() -> None:  # D3
    dummy = HASHER.dummy_hash()

    assert dummy is Hasher().dummy_hash()
    assert not HASHER.is_outdated(dummy)
    assert not HASHER.matches(Secret("Kvist7lampe"), dummy)


def test_a_hash_of_other_parameters_is_outdated_and_still_matches() -> None:
    old = QUICK.hash_of(Secret("Kvist7lampe"))

    assert HASHER.is_outdated(old)
    assert not QUICK.is_outdated(old)
    assert HASHER.matches(Secret("Kvist7lampe"), old)


@pytest.mark.parametrize(
    ("memory_kib", "rounds", "is_outdated"),
    [(8, 1, True), (16, 1, True), (16, 2, False), (32, 2, False), (32, 1, False)],
)
def test_only_a_weaker_hash_is_outdated(memory_kib: int, rounds: int, is_outdated: bool) -> None:  # noqa: FBT001 - a case
    made = Hasher(memory_kib=memory_kib, rounds=rounds).hash_of(Secret("Some-password-1"))

    assert Hasher(memory_kib=16, rounds=2).is_outdated(made) is is_outdated
