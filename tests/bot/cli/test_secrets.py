"""Tests that no command prints a secret, even if settings or servers are wrong."""

import traceback
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings.secret_files import SECRET_SETTINGS
from bot.settings.settings import Settings
from bot.settings.signing_keys import audit_keys, portal_keys
from bot.settings.smtp_url import parse_smtp_url
from core.secret import Secret
from tests.bot.cli.shell import Shell, every_command, unpacked

CANARY = "C4n4ryC4n4ryC4n4ryC4n4ryC4n4ryC4n4ry"
# Well-formed secrets for servers that do not answer.
SECRET = {
    "SLACK_BOT_TOKEN": f"xoxb-{CANARY}",
    "SLACK_APP_TOKEN": f"xapp-{CANARY}",
    "SLACK_SIGNING_SECRET": CANARY,
    "IMI_DATABASE_URL": f"postgresql://imi:{CANARY}@127.0.0.1:9/imi",
    "IMI_SMTP_URL": f"smtp://imi:{CANARY}@127.0.0.1:9",
    "IMI_SECRET_KEY": f"{CANARY},{CANARY}",
    "IMI_AUDIT_KEY": CANARY,
    "IMI_METRICS_TOKEN": CANARY,
}
WRONG = {
    "SLACK_BOT_TOKEN": CANARY,
    "SLACK_APP_TOKEN": CANARY,
    "IMI_DATABASE_URL": f"mysql://imi:{CANARY}@127.0.0.1:9/imi",
    "IMI_SMTP_URL": f"http://imi:{CANARY}@127.0.0.1:9",
    "IMI_SECRET_KEY": f"{CANARY},C4n4ry",
    "IMI_AUDIT_KEY": f"{CANARY},C4n4ry",
}
COMMANDS = [
    ("init",),
    ("run",),
    ("doctor",),
    ("healthy",),
    ("doctor", "--json"),
    ("support-bundle", "bundle.zip"),
    ("backup", "backup.gz"),
    ("restore", "backup.gz"),
    ("reminders",),
    ("import", "people.csv", "--authority", "Health"),
    ("audit", "verify"),
    ("audit", "adopt", "--yes"),
    ("authority", "register"),
    ("authority", "hand-over", "Health", "Labour", "--yes"),
    ("catalogue", "check", "catalogue.toml"),
    ("catalogue", "load", "catalogue.toml"),
    ("user", "show", "anna"),
    ("user", "list"),
    ("user", "link", "anna", "U0ANNA"),
    ("user", "link", "--from-file", "moved.csv"),
    ("deliveries", "list"),
    ("deliveries", "send-again", "--failed"),
]


def test_an_unreachable_database_is_named(secret_shell: Shell) -> None:
    for command in (("init",), ("backup", "backup.gz"), ("audit", "verify"), ("run",)):
        result = secret_shell.type(*command)

        assert result.exit_code == 1
        assert "IMI_DATABASE_URL cannot be reached (ConnectionRefusedError)." in result.output


def output_of(shell: Shell, *words: str) -> str:
    """Return all output of the command, including a traceback and what is in a support bundle."""
    result = shell.type(*words)
    failure = result.exception
    # A command that exits by itself prints no traceback.
    ends = failure is None or isinstance(failure, SystemExit)
    trace = "" if ends else "".join(traceback.format_exception(failure))
    bundle = Path("bundle.zip")
    bundled = "".join(unpacked(bundle).values()) if bundle.exists() else ""
    return result.output + trace + bundled


@pytest.fixture
def secret_shell(shell: Shell) -> Shell:
    shell.environment.update(SECRET)
    return shell


def test_every_command_is_covered() -> None:
    every = every_command()

    # The demo generates its own secrets, and neither reads settings.
    tried = {command[: len(one)] for command in COMMANDS for one in every}
    assert every - tried == {("demo",), ("manifest",)}


def test_every_secret_setting_is_covered() -> None:
    assert {name.lower() for name in SECRET} == set(SECRET_SETTINGS)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_prints_a_secret_when_nothing_is_reachable(
    secret_shell: Shell, command: tuple[str, ...]
) -> None:
    said = output_of(secret_shell, *command)

    assert "C4n4ry" not in said
    assert "Traceback" not in said


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("name", WRONG)
def test_no_command_prints_a_malformed_secret(
    secret_shell: Shell, command: tuple[str, ...], name: str
) -> None:
    secret_shell.environment[name] = WRONG[name]

    assert "C4n4ry" not in output_of(secret_shell, *command)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_help_page_prints_a_secret(secret_shell: Shell, command: tuple[str, ...]) -> None:
    result = secret_shell.type(*command, "--help")

    assert result.exit_code == 0
    assert "C4n4ry" not in result.output


def test_the_repr_of_settings_hides_secrets() -> None:
    settings = Settings.model_validate(
        {name.lower(): value for name, value in SECRET.items()} | {"imi_mail_from": "imi@a.example"}
    )

    keys = (*audit_keys(settings), *portal_keys(settings))
    server = parse_smtp_url(Secret(settings.imi_smtp_url.get_secret_value()))
    shown = [settings, keys, server]
    assert [one for one in shown if "C4n4ry" in f"{one!s} {one!r}"] == []


@pytest.mark.parametrize("name", sorted(WRONG))
def test_the_error_of_a_wrong_setting_hides_its_value(name: str) -> None:
    values = {**SECRET, name: WRONG[name], "IMI_HTTP_PORT": "x", "IMI_MAIL_FROM": "imi@a.example"}

    with pytest.raises(ValidationError) as caught:
        Settings.model_validate({name.lower(): value for name, value in values.items()})

    assert "C4n4ry" not in f"{caught.value!s} {caught.value!r}"
