"""Tests of the help pages and of the imports: each command imports only what it needs."""

import subprocess
import sys

import pytest

from bot.cli.command_group import COMMANDS, load
from tests.bot.cli.shell import ROOT, Shell

# The largest of what the commands import.
HEAVY = {"aiohttp", "babel", "pydantic", "rich", "slack_bolt", "sqlalchemy", "structlog", "uvicorn"}


def modules_after(code: str, *arguments: str) -> set[str]:
    """Run the code in a process of its own, and return the modules that it imported."""
    command = f"import sys\ntry:\n exec({code!r})\nfinally: print(*sys.modules)"
    result = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", command, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(result.stdout.split())


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_the_first_questions_import_no_command(option: str) -> None:
    modules = modules_after("from bot.__main__ import main\nmain()", option)

    assert "typer" in modules
    assert modules & HEAVY == set()
    assert {name for name in modules if name.split(".")[0] in {"core", "handlers"}} == set()


def test_the_bot_starts_without_what_few_processes_need() -> None:
    modules = modules_after("from bot.cli.command_group import load\nload('run')")

    assert {"sqlalchemy", "structlog"} <= modules
    assert modules & {"alembic", "openpyxl"} == set()
    # PostgreSQL needs them, SQLite does not.
    assert modules & {"sqlalchemy.dialects.postgresql", "sqlalchemy.orm"} == set()
    # Only Socket Mode needs it.
    assert "slack_sdk.socket_mode" not in modules
    # The first form, search, page or mail needs them.
    assert modules & {"email_validator", "jinja2", "phonenumbers", "rapidfuzz", "regex"} == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_listed_with_its_own_first_line(name: str) -> None:
    assert load(name).help.splitlines()[0] == COMMANDS[name].summary


def test_help_shows_every_summary_in_full(shell: Shell) -> None:
    shown = " ".join(shell.type("--help").output.split())

    for name, command in COMMANDS.items():
        assert f"{name} {command.summary}" in shown


def test_a_group_shows_the_summaries_of_its_commands_in_full(shell: Shell) -> None:
    shown = " ".join(shell.type("audit", "--help").output.split())

    assert "verify Find altered, inserted, removed, reordered or cut-off entries;" in shown
    assert "exit code 1 if any." in shown
    # The second paragraph of `adopt` is on its own page.
    assert "Not needed while" not in shown


def test_a_mistyped_command_is_answered_with_the_nearest(shell: Shell) -> None:
    result = shell.type("doktor")

    assert result.exit_code != 0
    assert "Did you mean 'doctor'?" in result.output


def test_a_command_without_the_packages_of_its_extra_says_what_to_install() -> None:
    code = "import sys; sys.modules['aiosmtpd'] = None\nfrom bot.__main__ import main\nmain()"
    result = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", code, "demo"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "`imi-bot demo` needs the package aiosmtpd, which is not installed.\n"
        "Install it with: pip install 'imi-bot[demo]'\n"
    )


def test_the_manifest_is_printed_as_it_is(shell: Shell) -> None:
    result = shell.type("manifest")

    assert result.output == (ROOT / "manifest.yml").read_text("utf-8")
