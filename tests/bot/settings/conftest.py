"""Fixtures: an environment without settings, and a function that sets valid ones."""

from pathlib import Path

import pytest

from bot.settings.settings import Settings

GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-1-secret",
    "SLACK_APP_TOKEN": "xapp-1-secret",
    "IMI_SMTP_URL": "smtps://user:secret@mail.example:465",
    "IMI_MAIL_FROM": "imi@authority.example",
    "IMI_SECRET_KEY": "k" * 32,
}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def set_all(monkeypatch: pytest.MonkeyPatch, **changes: str | None) -> None:
    """Set valid settings with these changes; None leaves a setting out."""
    for name, value in {**GOOD, **changes}.items():
        if value is not None:
            monkeypatch.setenv(name, value)
