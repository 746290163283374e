"""Tests that `imi-bot doctor` compares this machine's clock with Slack's (B18)."""

import time

import pytest

from bot.cli import doctor
from bot.cli.clock_check import check_clock
from bot.settings.settings import read_settings
from sandbox import Sandbox
from tests.bot.cli.shell import Shell, environment, in_thread

AGREES = "clock: agrees with Slack's"


@pytest.mark.parametrize(
    ("seconds", "direction"), [(0, ""), (-50, ""), (360, "ahead of"), (-360, "behind")]
)
async def test_the_clock_is_compared_with_slacks_even_if_the_token_is_wrong(
    slack: Sandbox, database: str, monkeypatch: pytest.MonkeyPatch, seconds: int, direction: str
) -> None:
    for name, value in environment(slack, database).items():
        monkeypatch.setenv(name, value)

    for token in ("xoxb-right", "xoxb-wrong"):
        monkeypatch.setenv("SLACK_BOT_TOKEN", token)
        (result,) = await check_clock(read_settings(), lambda: time.time() + seconds)

        assert result.ok == (not direction)
        if direction:
            assert (
                f" seconds {direction} Slack's; set it, best by NTP. From 300 seconds on"
                in result.text
            )
        else:
            assert result.text == AGREES


async def test_doctor_fails_on_a_wrong_clock(
    slack: Sandbox, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = Shell(environment(slack, database))
    await in_thread(shell, "init")
    assert f"ok    {AGREES}" in (await in_thread(shell, "doctor")).output

    monkeypatch.setattr(doctor, "check_clock", lambda settings: check_clock(settings, lambda: 0.0))
    result = await in_thread(shell, "doctor")

    assert result.exit_code == 1
    assert "wrong clock: this machine's clock is " in result.output


def test_without_slack_doctor_does_not_mention_the_clock(shell: Shell) -> None:
    output = shell.type("doctor").output

    assert "slack: SLACK_API_URL cannot be reached" in output
    assert "clock" not in output
