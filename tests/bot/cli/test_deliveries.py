"""`imi-bot deliveries list` and `send-again`, as they are typed."""

import sqlite3
from contextlib import closing

import pytest

from bot.cli import deliveries
from tests.bot.cli.shell import Shell


def execute(database: str, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
        found = connection.execute(statement).fetchall()
        connection.commit()
    return found


@pytest.fixture
def failed(registered: Shell, database: str) -> Shell:
    """The temporary password could not be mailed."""
    execute(
        database,
        "UPDATE deliveries SET state = 'failed', reason = 'mail_refused' "
        "WHERE kind = 'temporary_password'",
    )
    return registered


def waiting(database: str) -> list[tuple[object, ...]]:
    return execute(
        database,
        "SELECT kind, serial FROM deliveries WHERE state = 'waiting' "
        "AND kind = 'temporary_password'",
    )


def test_what_waits_or_failed_is_listed(failed: Shell) -> None:
    every = failed.type("deliveries", "list").output.splitlines()
    only_failed = failed.type("deliveries", "list", "--failed").output.splitlines()

    assert any("waiting  aholm  notice" in line for line in every)
    assert len(only_failed) == 2
    assert "failed  aholm  Temporary password by e-mail: the mail server refused" in only_failed[0]
    assert only_failed[1] == "1 messages."


def test_every_page_is_listed(
    failed: Shell, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_one_page = failed.type("deliveries", "list").output
    monkeypatch.setattr(deliveries, "PAGE_SIZE", 1)

    ((unsent,),) = execute(
        database, "SELECT count(*) FROM deliveries WHERE state IN ('waiting', 'failed')"
    )
    assert in_one_page.splitlines()[-1] == f"{unsent} messages."
    assert failed.type("deliveries", "list").output == in_one_page


@pytest.mark.parametrize("by_number", [True, False])
def test_a_failed_message_is_sent_again_on_the_record(
    failed: Shell, database: str, *, by_number: bool
) -> None:  # D22
    number = failed.type("deliveries", "list", "--failed").output.split()[0]
    words = [number] if by_number else ["--failed", "--yes"]

    result = failed.type("deliveries", "send-again", *words)

    assert (result.exit_code, result.output) == (
        0,
        "1 go out as soon as `imi-bot run` runs, 0 do not.\n",
    )
    assert waiting(database) == [("temporary_password", 2)]
    newest = "SELECT actor_kind, act FROM audit_entries ORDER BY id DESC LIMIT 1"
    assert execute(database, newest) == [("command_line", "sent_again")]
    # Messages that were sent again are no longer among the failed ones.
    assert failed.type("deliveries", "list", "--failed").output == "0 messages.\n"


def test_it_is_asked_before_all_are_sent_again(failed: Shell, database: str) -> None:
    result = failed.type("deliveries", "send-again", "--failed", typed="n\n")

    assert result.exit_code == 1
    assert "Send 1 again?" in result.output
    assert waiting(database) == []


def test_a_message_that_is_of_no_use_is_refused_with_the_reason(
    failed: Shell, database: str
) -> None:
    execute(database, "UPDATE users SET removed_at = registered_at")

    result = failed.type("deliveries", "send-again", "--failed", "--yes")
    unknown = failed.type("deliveries", "send-again", "999")

    assert (result.exit_code, unknown.exit_code) == (1, 1)
    assert "This entry no longer exists." in result.output
    assert "999: This entry no longer exists." in unknown.output
    assert waiting(database) == []


@pytest.mark.parametrize("words", [(), ("1", "--failed")])
def test_what_to_write_is_said(registered: Shell, words: tuple[str, ...]) -> None:
    result = registered.type("deliveries", "send-again", *words)

    assert result.exit_code == 1
    assert result.output.startswith("Write: imi-bot deliveries send-again NUMBER")


def test_an_empty_outbox_is_said(shell: Shell) -> None:
    shell.type("init")

    assert shell.type("deliveries", "list").output == "0 messages.\n"
