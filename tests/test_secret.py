"""A secret does not print."""

from core.secret import Secret


def test_a_secret_shows_itself_only_when_asked() -> None:
    secret = Secret("hunter2")

    assert "hunter2" not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == "hunter2"
