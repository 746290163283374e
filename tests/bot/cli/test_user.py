"""Tests of `imi-bot user show`, run as a command."""

from tests.bot.cli.shell import REGISTER, Shell


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
    assert output.output == "No user has this username.\n"
