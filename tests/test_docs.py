"""Tests that the README agrees with the settings and the commands."""

import re
from pathlib import Path

from pydantic_core import PydanticUndefined

from bot.cli.command_group import COMMANDS
from bot.cli.upgrade_plan import ROLLING, STOP_FIRST
from bot.portal.throttle import PER_ADDRESS
from bot.settings.settings import Settings
from bot.slack.rate_limits import CHANNEL_SECONDS, POSTS_PER_MINUTE

README = Path("README.md").read_text("utf-8")


def test_every_setting_is_in_the_readme_with_its_default() -> None:
    for name, setting in Settings.model_fields.items():
        default = setting.default
        if default is PydanticUndefined:
            shown = "**required**"
        else:
            shown = "none" if default in {None, ""} else f"`{getattr(default, 'value', default)}`"
        assert f"| `{name.upper()}` | {shown} | {setting.description} |" in README


def test_a_setting_without_a_default_of_its_own_says_the_number_that_counts_instead() -> None:
    numbers = {
        "imi_throttle_per_minute": PER_ADDRESS.per_minute,
        "imi_throttle_per_hour": PER_ADDRESS.per_hour,
        "imi_slack_posts_per_minute": POSTS_PER_MINUTE,
        "imi_slack_channel_seconds": CHANNEL_SECONDS,
    }
    for name, number in numbers.items():
        description = str(Settings.model_fields[name].description)
        assert re.search(rf"instead of (Slack's own limit of )?{number}\b", description), name


def test_the_readme_names_no_setting_that_does_not_exist() -> None:
    rows = [line for line in README.splitlines() if line.startswith(("| `IMI_", "| `SLACK_"))]

    assert len(rows) == len(Settings.model_fields)


def test_every_command_is_in_the_readme() -> None:
    for name in COMMANDS:
        assert f"`imi-bot {name}" in README


def test_the_upgrade_guide_quotes_the_plan() -> None:
    guide = Path("UPGRADING.md").read_text("utf-8")

    assert f"| {ROLLING} |" in guide
    assert f"| {STOP_FIRST} |" in guide
