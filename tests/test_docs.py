"""Tests that the README agrees with the settings and the commands."""

from pathlib import Path

import typer
from pydantic_core import PydanticUndefined

from bot.__main__ import app
from bot.settings.settings import Settings

README = Path("README.md").read_text("utf-8")


def test_every_setting_is_in_the_readme_with_its_default() -> None:
    for name, setting in Settings.model_fields.items():
        default = setting.default
        if default is PydanticUndefined:
            shown = "**required**"
        else:
            shown = "none" if default in {None, ""} else f"`{getattr(default, 'value', default)}`"
        assert f"| `{name.upper()}` | {shown} | {setting.description} |" in README


def test_the_readme_names_no_setting_that_does_not_exist() -> None:
    rows = [line for line in README.splitlines() if line.startswith(("| `IMI_", "| `SLACK_"))]

    assert len(rows) == len(Settings.model_fields)


def test_every_command_is_in_the_readme() -> None:
    group = typer.main.get_command(app)
    for name in group.list_commands(typer.Context(group)):  # type: ignore[attr-defined]
        assert f"`imi-bot {name}" in README
