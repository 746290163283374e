"""Tests of `imi-bot doctor`, run as a command against the sandbox."""

import pytest

from sandbox import Sandbox
from tests.bot.cli.shell import Shell, environment, in_thread


async def test_doctor_reports_that_everything_is_ok(slack: Sandbox, database: str) -> None:
    shell = Shell(environment(slack, database))
    await in_thread(shell, "init")

    result = await in_thread(shell, "doctor")

    assert result.exit_code == 0, result.output
    marks = [line[:5] for line in result.output.splitlines()]
    # The lines without a mark say how ids are found in Slack.
    assert [mark for mark in marks if mark.strip()] == ["ok   "] * 6 + ["warn "]
    assert "A member's id begins with U or W." in result.output
    assert "A channel's id begins with C or G." in result.output


async def test_doctor_reports_all_problems_at_once(slack: Sandbox, database: str) -> None:
    shell = Shell(
        {
            **environment(slack, database),
            "SLACK_BOT_TOKEN": "xoxb-wrong",
            "SLACK_APP_TOKEN": "xapp-wrong",
            "IMI_SMTP_URL": "smtp://127.0.0.1:9",
        }
    )

    result = await in_thread(shell, "doctor")

    assert result.exit_code == 1
    assert "wrong database: IMI_DATABASE_URL: there is no file " in result.output
    assert "wrong slack: SLACK_BOT_TOKEN: invalid_auth" in result.output
    assert "wrong slack: SLACK_APP_TOKEN: invalid_auth" in result.output
    assert "wrong mail: IMI_SMTP_URL: " in result.output


async def test_doctor_names_a_missing_scope(
    slack: Sandbox, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.cli import doctor
    from bot.slack import manifest

    monkeypatch.setattr(
        doctor, "required_scopes", lambda: manifest.required_scopes() | {"admin.users:write"}
    )
    shell = Shell(environment(slack, database))

    result = await in_thread(shell, "doctor")

    assert "the app lacks admin.users:write; install it again from manifest.yml" in result.output


def test_doctor_names_unreachable_services(shell: Shell) -> None:
    shell.environment["IMI_DATABASE_URL"] = "postgresql://imi@127.0.0.1:9/imi"

    result = shell.type("doctor")

    assert result.exit_code == 1
    assert "database: IMI_DATABASE_URL cannot be reached" in result.output
    assert "slack: SLACK_API_URL cannot be reached" in result.output
