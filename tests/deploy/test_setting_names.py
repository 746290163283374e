"""Tests that the files in deploy/ name settings that exist; the bot refuses others."""

import re

import pytest

from bot.settings.secret_files import SECRET_SETTINGS
from bot.settings.settings import Settings
from tests.deploy.container_image import ROOT

KNOWN = {
    *(name.upper() for name in Settings.model_fields),
    *(f"{name.upper()}_FILE" for name in SECRET_SETTINGS),
    "IMI_SETTINGS_FILE",
}
# Variables of compose.yml and podman.sh themselves.
OTHERS = {"IMI_IMAGE", "IMI_IMAGE_STORE"}
FILES = sorted(path.name for path in (ROOT / "deploy").iterdir() if path.is_file())


@pytest.mark.parametrize("name", FILES)
def test_a_file_names_only_settings_that_exist(name: str) -> None:
    text = (ROOT / "deploy" / name).read_text("utf-8")

    named = set(re.findall(r"\b(?:IMI|SLACK)_[A-Z_]+[A-Z]\b", text))
    assert named <= KNOWN | OTHERS


@pytest.mark.parametrize("name", ["compose.yml", "imi-bot.service", "kubernetes.yaml"])
def test_every_set_up_gives_the_settings_that_the_bot_requires(name: str) -> None:
    text = (ROOT / "deploy" / name).read_text("utf-8")
    # The other settings of these two are in a file of their own.
    text += (ROOT / "deploy/settings.example").read_text("utf-8")

    required = [key.upper() for key, one in Settings.model_fields.items() if one.is_required()]
    assert required
    for setting in required:
        assert re.search(rf"\b{setting}(_FILE)?\b", text), setting
