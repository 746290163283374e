"""Tests of `imi-bot doctor`, run as a command against the sandbox."""

import sqlite3
from contextlib import closing

import pytest

from bot.slack.advice import unreachable_text
from sandbox import Channel, Sandbox
from tests.bot.cli.shell import REGISTER, Shell, environment, in_thread


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


async def test_doctor_names_a_slack_that_hangs_up(slack: Sandbox, database: str) -> None:
    """A ClientError, as a proxy may cause it, is neither of the SDK nor of the system."""
    shell = Shell(environment(slack, database))
    await in_thread(shell, "init")
    slack.faults.add("*", "drop_answer", times=100)

    result = await in_thread(shell, "doctor")

    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit)
    unreachable = f"wrong slack: {unreachable_text('ServerDisconnectedError')}"
    assert result.output.count(unreachable) == 2
    assert "clock" not in result.output


async def test_what_doctor_found_before_slack_failed_stands(slack: Sandbox, database: str) -> None:
    channels = {"IMI_AUDIT_CHANNEL": "C0HEALTH", "IMI_COMMISSION_CHANNEL": "C0NONE"}
    shell = Shell({**environment(slack, database), **channels})
    await in_thread(shell, "init")
    slack.faults.add("conversations.info", "slow", seconds=0.0)
    slack.faults.add("conversations.info", "error:internal_error")

    result = await in_thread(shell, "doctor")

    assert "ok    slack: IMI_AUDIT_CHANNEL: #health" in result.output
    assert "IMI_COMMISSION_CHANNEL" not in result.output


@pytest.mark.parametrize(
    ("channel", "said"),
    [("C0NONE", "wrong slack: IMI_AUDIT_CHANNEL: Slack has no such channel"),
     ("C0OLD", "wrong slack: IMI_AUDIT_CHANNEL: #old is archived."),
     ("C0HEALTH", "ok    slack: IMI_AUDIT_CHANNEL: #health")],
)  # fmt: skip
async def test_doctor_checks_the_channels_of_the_settings(
    slack: Sandbox, database: str, channel: str, said: str
) -> None:
    slack.workspace.put_channel(Channel(id="C0OLD", name="old", is_archived=True))
    shell = Shell({**environment(slack, database), "IMI_AUDIT_CHANNEL": channel})
    await in_thread(shell, "init")

    result = await in_thread(shell, "doctor")

    assert said in result.output
    assert result.exit_code == int(said.startswith("wrong"))


async def test_doctor_names_who_cannot_act(slack: Sandbox, database: str) -> None:  # D12, D21
    shell = Shell(environment(slack, database))
    await in_thread(shell, "init")
    await in_thread(shell, *REGISTER, "--member", "U0ANNA")
    before = (await in_thread(shell, "doctor")).output
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
        connection.execute("UPDATE users SET team_id = 'T0FORMER'")
        connection.commit()

    result = await in_thread(shell, "doctor")

    assert "warn  users:" not in before
    assert "warn  users: 1 are linked to another workspace and cannot act." in result.output
    assert "have no administrator who can act in Slack, such as Health Agency." in result.output
    assert result.exit_code == 0


def test_doctor_says_that_the_portal_is_out_of_reach(shell: Shell) -> None:
    shell.type("init")

    warned = shell.type("doctor").output
    shell.environment["IMI_PUBLIC_URL"] = "https://imi.authority.example"
    silent = shell.type("doctor").output

    assert "warn  portal: IMI_PUBLIC_URL is on this machine" in warned
    assert "warn  portal" not in silent
