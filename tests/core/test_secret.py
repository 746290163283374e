"""Tests that a `Secret` does not print its text."""

from core.secret import Secret


def test_a_secret_is_printed_only_by_reveal() -> None:
    secret = Secret("hunter2")

    assert "hunter2" not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == "hunter2"
