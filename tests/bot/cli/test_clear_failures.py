"""Tests that commands report errors which the operator can fix with advice, not a traceback."""

import errno
import socket
import sqlite3
from importlib.metadata import version

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli import failures
from bot.web.server import CannotListenError, listen
from core.store import sqlite as sqlite_store
from core.store.error_texts import error_text
from sandbox import Sandbox
from tests.bot.cli.shell import REGISTER, Shell, environment, in_process, in_thread


def without(shell: Shell, *names: str) -> Shell:
    return Shell({name: each for name, each in shell.environment.items() if name not in names})


def test_init_needs_neither_slack_nor_mail(shell: Shell) -> None:
    bare = without(shell, *(name for name in shell.environment if name != "IMI_DATABASE_URL"))

    result = bare.type("init")

    assert result.exit_code == 0, result.output
    assert bare.type(*REGISTER).exit_code == 0
    assert bare.type("user", "list").exit_code == 0


def test_the_audit_trail_is_not_verified_without_a_key(shell: Shell) -> None:
    shell.type("init")

    result = without(shell, "IMI_SECRET_KEY").type("audit", "verify")

    assert result.exit_code == 1
    assert result.output.startswith("IMI_AUDIT_KEY is missing, and so is IMI_SECRET_KEY")


def test_the_version_is_shown(shell: Shell) -> None:
    result = shell.type("--version")

    assert (result.exit_code, result.output) == (0, f"imi-bot {version('imi-bot')}\n")


def test_a_user_without_password_is_shown_without_the_word_none(shell: Shell) -> None:
    shell.type("init")
    shell.type(*REGISTER)

    shown = shell.type("user", "show", "aholm").output

    assert "None" not in shown
    assert "last_sign_in: never\n" in shown
    assert "administrator: administrator\n" in shown


def test_a_catalogue_that_is_not_there_is_said(shell: Shell) -> None:
    shell.environment["IMI_CATALOGUE"] = "gone.toml"

    result = shell.type("init")

    assert result.exit_code == 1
    assert result.output == "IMI_CATALOGUE: gone.toml cannot be read: No such file or directory.\n"


def test_an_unreachable_slack_is_said_with_what_to_check(registered: Shell) -> None:
    for words in (["run"], [*REGISTER, "--member", "U0ANNA"], ["user", "link", "aholm", "U0ANNA"]):
        result = registered.type(*words)

        assert result.exit_code == 1
        assert "SLACK_API_URL cannot be reached (" in result.output
        assert "HTTPS_PROXY" in result.output


def test_a_network_that_swallows_everything_is_said(
    registered: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def give_up(*_: object, **__: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(AsyncWebClient, "auth_test", give_up)

    result = registered.type("run")

    assert result.exit_code == 1
    assert "SLACK_API_URL cannot be reached (TimeoutError)" in result.output


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("invalid_auth", "Copy the bot token (xoxb-…) anew"),
        ("token_revoked", "Copy the bot token (xoxb-…) anew"),
        ("missing_scope", "Install the app again from manifest.yml"),
        ("org_login_required", "wait until that is done"),
        ("an_error_to_come", "Install the app again from manifest.yml"),
    ],
)
async def test_what_slack_refuses_is_said_with_what_to_do(
    slack: Sandbox, database: str, code: str, advice: str
) -> None:
    shell = Shell(environment(slack, database))
    await in_thread(shell, "init")
    slack.faults.add("auth.test", f"error:{code}")

    result = await in_thread(shell, *REGISTER, "--member", "U0ANNA")

    assert result.exit_code == 1
    assert f"SLACK_BOT_TOKEN: Slack says {code}." in result.output
    assert advice in result.output


async def test_a_taken_port_is_said(slack: Sandbox, database: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        shell = Shell({**environment(slack, database), "IMI_HTTP_PORT": str(port)})
        await in_thread(shell, "init")

        code, output = await in_process(shell, "run")

    assert code == 1
    assert f"IMI_HTTP_PORT: something listens on 127.0.0.1, port {port} already." in output


def test_an_address_of_another_machine_is_said() -> None:
    for host in ("192.0.2.1", "no-such-host.invalid"):
        with pytest.raises(
            CannotListenError, match=f"^IMI_HTTP_HOST: this machine has no .*{host}"
        ):
            listen(host, 0)


def test_a_port_that_needs_privileges_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket, "create_server", refuse)

    with pytest.raises(CannotListenError, match="port 443 needs privileges"):
        listen("127.0.0.1", 443)


def test_a_read_only_mount_is_said(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory cannot be made read-only for root, who runs the tests in a container."""

    def refuse(path: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    shell.type("init")
    monkeypatch.setattr(sqlite_store, "_make_private", refuse)

    result = shell.type("user", "list")

    assert result.exit_code == 1
    assert "cannot be written: Read-only file system." in result.output


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("SQLITE_READONLY_DIRECTORY", "a read-only mount"),
        ("SQLITE_CANTOPEN", "cannot be opened"),
        ("SQLITE_FULL", "the disk is full"),
        ("SQLITE_IOERR_WRITE", "the disk fails"),
        ("SQLITE_BUSY_SNAPSHOT", "another process holds the database"),
    ],
)
def test_each_fault_of_sqlite_has_a_sentence(name: str, said: str) -> None:
    error = sqlite3.OperationalError("hunter2")
    error.sqlite_errorname = name

    text = failures.expected_error_text(error)

    assert text is not None
    assert text.startswith("IMI_DATABASE_URL: ")
    assert said in text
    assert "hunter2" not in text


def test_each_fault_of_postgresql_has_a_sentence() -> None:
    class DriverError(Exception):
        sqlstate = "28P01"

    assert error_text(DriverError("hunter2")) == "the password is wrong"


def test_an_error_that_nobody_expects_has_no_sentence() -> None:
    assert failures.expected_error_text(KeyError("hunter2")) is None
    assert failures.expected_error_text(sqlite3.IntegrityError("hunter2")) is None
