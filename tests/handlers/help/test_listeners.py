"""Tests of the help of every command, and of `/imi-help`."""

import re
from pathlib import Path

import pytest
import yaml
from sqlalchemy import update

from bot.demo.country import COMMISSION
from bot.demo.demo import Demo
from core.languages.texts import texts
from core.schema.authorities import authorities as authorities_table
from handlers.commands import help_entries, help_text
from handlers.help.views import Audience, help_overview
from tests.factories import executing
from tests.handlers.demo_actions import ANNA, JONAS, annas_authority, last_answer, register
from tests.handlers.permission_table import ADMINISTRATOR, USER
from tests.handlers.permission_table import COMMANDS as PERMISSIONS

KARIN, PETRA = "U0KARIN", "U0PETRA"
FOR_ADMINISTRATORS = frozenset({Audience.EVERYONE, Audience.ADMINISTRATORS})
FOR_THE_COORDINATOR = frozenset(Audience) - {Audience.COMMISSION}
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
    audiences = FOR_ADMINISTRATORS if who == ANNA else FOR_THE_COORDINATOR
    expected = (
        help_overview(audiences, language)
        if command == "/imi-help"
        else help_text(command, language)
    )
    assert text == expected


async def test_every_kind_of_person_is_told_what_they_can_do_and_nothing_else(
    demo: Demo,
) -> None:  # R38
    await register(demo, member=JONAS)
    for who in (JONAS, ANNA, KARIN):
        await demo.slack.command(who, "/imi-help")

    ordinary, administrator, coordinator = (_typed(demo, who) for who in (JONAS, ANNA, KARIN))
    assert ordinary == {name for name, may in PERMISSIONS.items() if may == USER}
    assert administrator == ordinary | {
        name for name, may in PERMISSIONS.items() if may == ADMINISTRATOR
    }
    assert coordinator == PERMISSIONS.keys() - {"/imi-titles"}


async def test_an_access_manager_that_another_manages_is_not_told_of_the_systems_health(
    demo: Demo,
) -> None:  # D15
    table, annas = authorities_table, (await annas_authority(demo)).id
    managed = update(table).where(table.c.access_manager).values(manager_id=annas)
    await demo.product.store.write(executing(managed))

    await demo.slack.command(KARIN, "/imi-help")

    assert "/imi-modules" in _typed(demo, KARIN)
    assert "/imi-health" not in _typed(demo, KARIN)


async def test_everybody_finds_their_tasks_in_their_own_words(demo: Demo) -> None:
    await register(demo, member=JONAS)
    for who in (JONAS, ANNA):
        await demo.slack.command(who, "/imi-help")
    _ = texts("da").gettext

    assert _("Reset a colleague's password") + ": `/imi-reset" in last_answer(demo, ANNA)
    assert _("Reset a colleague's password") not in last_answer(demo, JONAS)
    assert _("Request a new password for yourself") + ": `/imi-reset`" in last_answer(demo, JONAS)


async def test_titles_are_named_in_the_commissions_channel_only(demo: Demo) -> None:  # D17
    await demo.slack.command(PETRA, "/imi-help", channel=COMMISSION)
    (answer,) = demo.slack.messages(COMMISSION)
    assert set(re.findall(r"/imi-[a-z]+", str(answer.text))) == {"/imi-titles"}

    await demo.slack.command(PETRA, "/imi-help")
    assert "/imi-titles" not in last_answer(demo, PETRA)


def _typed(demo: Demo, who: str) -> set[str]:
    return set(re.findall(r"/imi-[a-z]+", last_answer(demo, who)))
