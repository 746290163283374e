"""Tests that secrets can be read from files."""

from pathlib import Path

import pytest

from bot.settings.secret_files import SECRET_SETTINGS
from bot.settings.settings import Settings, SettingsError, read_settings
from tests.bot.settings.conftest import set_all

SECRET_FILE = "SLACK_BOT_TOKEN_FILE"


def test_a_secret_can_be_read_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("xoxb-from-file\n", "utf-8")
    set_all(monkeypatch, SLACK_BOT_TOKEN=None, **{SECRET_FILE: str(file)})

    settings = read_settings()

    assert settings.slack_bot_token.get_secret_value() == "xoxb-from-file"


def test_the_settings_file_can_name_the_secrets_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("xoxb-from-file", "utf-8")
    (tmp_path / ".env").write_text(f"slack_bot_token_file={tmp_path / 'token'}\n", "utf-8")
    set_all(monkeypatch, SLACK_BOT_TOKEN=None)

    assert read_settings().slack_bot_token.get_secret_value() == "xoxb-from-file"


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    set_all(monkeypatch, **{SECRET_FILE: str(tmp_path / "token")})

    with pytest.raises(SettingsError, match=r"^SLACK_BOT_TOKEN and SLACK_BOT_TOKEN_FILE"):
        read_settings()


def test_a_file_that_cannot_be_read_is_named_without_its_content(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_bytes(b"xoxb-\xff")
    for path in (tmp_path / "none", tmp_path / "token", tmp_path):
        set_all(monkeypatch, SLACK_BOT_TOKEN=None, **{SECRET_FILE: str(path)})

        with pytest.raises(SettingsError, match=r"^SLACK_BOT_TOKEN_FILE cannot be read \(\w+\)\.$"):
            read_settings()


def test_every_secret_can_be_read_from_a_file() -> None:
    secret = {
        name
        for name, field in Settings.model_fields.items()
        if "SecretStr" in str(field.annotation)
    }

    assert secret | {"imi_database_url"} == set(SECRET_SETTINGS)
