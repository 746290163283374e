"""Tests that every command names missing settings, unusable databases and wrong tokens."""

import sys

import pytest

from bot.__main__ import main
from sandbox import Sandbox
from tests.bot.cli.shell import REGISTER, Shell, environment, in_process, in_thread


def test_before_init_every_command_says_to_run_init(shell: Shell) -> None:
    for words in (REGISTER, ["user", "show", "x"], ["run"]):
        result = shell.type(*words)

        assert result.exit_code == 1
        assert "Run: imi-bot init" in result.output


@pytest.mark.parametrize("words", [["run"], ["doctor"]])
def test_a_missing_setting_stops_a_command_that_needs_it(shell: Shell, words: list[str]) -> None:
    del shell.environment["IMI_MAIL_FROM"]

    result = shell.type(*words)

    assert result.exit_code == 1
    assert result.output.startswith("IMI_MAIL_FROM is missing: ")


def test_another_kind_of_database_is_refused(shell: Shell) -> None:
    shell.environment["IMI_DATABASE_URL"] = "mysql://somewhere/imi"

    for words in (["init"], ["run"]):
        result = shell.type(*words)

        assert result.exit_code == 1
        assert "sqlite:///FILE or postgresql://" in result.output


async def test_a_wrong_token_is_named(slack: Sandbox, database: str) -> None:
    shell = Shell({**environment(slack, database), "SLACK_BOT_TOKEN": "xoxb-wrong"})
    await in_thread(shell, "init")

    registered = await in_thread(shell, *REGISTER, "--member", "U0ANNA")
    run_code, run_output = await in_process(shell, "run")

    assert (registered.exit_code, run_code) == (1, 1)
    for output in (registered.output, run_output):
        assert "SLACK_BOT_TOKEN: Slack says invalid_auth." in output
        assert "xoxb-wrong" not in output


def test_the_command_line_has_a_help_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["imi-bot", "--help"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 0
