"""Tests of `imi-bot user show`, run as a command."""

from dataclasses import replace
from datetime import timedelta

from bot.cli.user import user_details
from core.users.status import AccountStatus, UnknownBrowserBlock
from tests.bot.cli.shell import REGISTER, Shell
from tests.handlers.sample_values import IDA
from tests.times import NOON


def test_a_user_is_shown_as_lines_without_json(shell: Shell) -> None:
    shell.type("init")
    shell.type(*REGISTER, "--username", "chosen.one")

    output = shell.type("user", "show", "chosen.one").output

    assert "username: chosen.one\n" in output
    assert "roles: :ADMIN, PQ:" in output


def test_an_unknown_username_is_reported(shell: Shell) -> None:
    shell.type("init")

    output = shell.type("user", "show", "nobody")

    assert output.exit_code == 1
    assert output.output.startswith("No user has this username. They are listed by: ")


def test_the_shown_user_says_until_when_new_browsers_are_blocked() -> None:  # D3
    block = UnknownBrowserBlock(NOON, NOON + timedelta(minutes=15))
    status = AccountStatus(NOON, None, NOON, None, temporary=False, unknown_browser_block=block)

    during, after = (
        user_details(replace(IDA, status=status), moment) for moment in (NOON, block.until)
    )

    assert (during["password"], during["blocked_in_new_browsers_until"]) == (
        "blocked",
        "2026-03-02T12:15:00+00:00",
    )
    assert (after["password"], after["blocked_in_new_browsers_until"]) == ("valid", None)
