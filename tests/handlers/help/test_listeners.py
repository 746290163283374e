"""Tests of the help of every command, and of `/imi-help`."""

from pathlib import Path

import pytest
import yaml

from bot.demo.demo import Demo
from core.languages.texts import texts
from handlers.commands import help_entries, help_overview, help_text
from tests.handlers.demo_actions import ANNA, JONAS, last_answer, register

MANIFEST = yaml.safe_load(Path("manifest.yml").read_text(encoding="utf-8"))
COMMANDS = [command["command"] for command in MANIFEST["features"]["slash_commands"]]


def test_every_command_of_the_manifest_is_explained() -> None:
    assert sorted(entry.command for entry in help_entries("en")) == sorted(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("language", ["en", "da"])
async def test_every_command_answers_the_word_help(demo: Demo, command: str, language: str) -> None:
    who = ANNA if language == "da" else "U0KARIN"

    await demo.slack.command(who, command, "help")

    text = last_answer(demo, who)
    expected = (
        help_overview(language, administrator=True)
        if command == "/imi-help"
        else help_text(command, language)
    )
    assert text == expected


async def test_an_ordinary_user_sees_only_the_commands_they_may_use(demo: Demo) -> None:
    await register(demo, member=JONAS)

    await demo.slack.until(lambda: demo.slack.messages(JONAS))

    await demo.slack.command(JONAS, "/imi-help")

    text = last_answer(demo, JONAS)
    assert texts("da").gettext("Available commands") in text
    assert "/imi-me" in text
    assert "/imi-adduser" not in text
