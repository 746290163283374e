"""Tests of settings that hold several signing keys, the newest first."""

import pytest

from bot.settings.settings import SettingsError, read_settings
from bot.settings.signing_keys import audit_key_setting, audit_keys, portal_keys
from tests.bot.settings.conftest import set_all


@pytest.mark.parametrize("name", ["IMI_SECRET_KEY", "IMI_AUDIT_KEY"])
def test_each_of_several_keys_has_a_minimum_length(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    set_all(monkeypatch, **{name: "k" * 32 + ",short"})

    with pytest.raises(SettingsError, match=f"^{name} is wrong: each key in it"):
        read_settings()


def test_what_the_secret_key_signed_before_there_was_an_audit_key_still_verifies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    audit, secret = "a" * 32, "s" * 32
    set_all(monkeypatch, IMI_AUDIT_KEY=audit, IMI_SECRET_KEY=f"{secret}, {audit}")
    settings = read_settings()

    assert [key.reveal() for key in audit_keys(settings)] == [audit, secret]
    assert audit_key_setting(settings) == "IMI_AUDIT_KEY"


def test_keys_keep_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    new, old = "n" * 32, "o" * 32
    set_all(monkeypatch, IMI_SECRET_KEY=f"{new}, {old}")
    settings = read_settings()

    for keys in (portal_keys(settings), audit_keys(settings)):
        assert [key.reveal() for key in keys] == [new, old]
