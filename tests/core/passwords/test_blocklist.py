"""Tests of the blocklist of passwords that attackers try first."""

import hashlib
import re
from importlib.resources import files

import pytest

from core.passwords.blocklist import is_common

LEAKED = files("core.passwords").joinpath("leaked_passwords.txt").read_bytes()
# Of the 30,000 passwords of zxcvbn 4.5.0, one a line, in its order.
DIGEST_OF_ZXCVBN = "a9746c337c6c07a0e439d492a5e15238e799eff05ec52d60f6a4b3dfdc893265"


@pytest.mark.parametrize(
    "password",
    [
        "Password1",
        "P@ssw0rd",
        "P@ssw0rd1!",
        "Pa$$w0rd2026",
        "Passwort123",
        "Welcome1",
        "We1c0me1",
        "Velkommen123",
        "Adm1n123",
        "Sommer2026",
        "Sommer2026!",
        "2026Sommer",
        "Efterår25!",
        "Januar2026",
        "Herbst_2026",
        "Motdepasse1",
        "Bienvenido1",
        "Benvenuto1",
        "Welkom01",
        "Haslo123",
        "Tervetuloa1",
        "Добредошли1",
        "Imi12345",
        "Europa2026",
        "Kommissionen1",
        "Qwerty123",
        "Qwertz!123",
        "Azerty2026",
        "1qaz2wsx",
        "1Qaz2Wsx3Edc",
        "Abc12345",
        "Abcd4321",
        "12345678Abc",
        "Asdf-1234",
        "Poiu0987",
        "Aaaaaaa1",
        "Abababa1",
    ],
)
def test_passwords_that_attackers_try_first_are_common(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize(
    "password",
    [
        "Kvist7lampe",
        "Sommer over Kvistens 7 lamper",
        "Tr0ub4dor&3",
        "gK4-vWq9-Zm2x",
        "Qwerty7lampe",
        "?!#%&/()=+",
        "Rgåvemod21x",
    ],
)
def test_carefully_chosen_passwords_are_not_common(password: str) -> None:
    assert not is_common(password)


def test_over_three_thousand_leaked_passwords_that_fit_the_policy_are_common() -> None:
    fitting = [
        leaked
        for leaked in LEAKED.decode().splitlines()
        if len(leaked) >= 8 and re.search("[a-z]", leaked) and re.search("[0-9]", leaked)
    ]

    assert len(fitting) > 3000
    assert all(is_common(leaked.capitalize()) for leaked in fitting)


def test_each_leaked_password_is_common() -> None:
    leaked = LEAKED.decode().splitlines()

    assert len(set(leaked)) == 30_000
    assert [password for password in leaked if not is_common(password)] == []


def test_the_leaked_passwords_are_zxcvbns_unchanged_with_its_notices() -> None:
    notice = files("core.passwords").joinpath("leaked_passwords.license.txt").read_text("utf-8")

    assert hashlib.sha256(LEAKED).hexdigest() == DIGEST_OF_ZXCVBN
    assert "Copyright (c) 2016 Daniel Wolf" in notice
    assert "Copyright (c) 2012-2015 Dan Wheeler and Dropbox, Inc." in notice
    assert notice.count("Permission is hereby granted, free of charge") == 2


def test_the_list_is_in_lower_case_without_repetitions() -> None:
    text = files("core.passwords").joinpath("blocklist.txt").read_text("utf-8")
    words = [line for line in text.splitlines() if line and not line.startswith("#")]

    assert len(words) > 1000
    assert len(set(words)) == len(words)
    assert [word for word in words if word != word.casefold().strip()] == []


def test_a_very_long_text_is_checked_quickly() -> None:
    assert is_common("abc123" * 5_000)
    assert not is_common("1" * 100_000 + "kvist" + "2" * 100_000)
