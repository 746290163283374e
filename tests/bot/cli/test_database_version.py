"""A database that does not fit this product is refused with what to do about it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from core.store import migration
from tests.bot.cli.shell import REGISTER, Shell

EVERY = (
    ["init"],
    ["run"],
    ["doctor"],
    ["user", "show", "aholm"],
    ["user", "list"],
    ["deliveries", "list"],
    ["audit", "verify"],
    ["reminders"],
    ["backup", "copy.gz"],
    REGISTER,
)
READY = [words for words in EVERY if words != ["init"]]


def execute(database: str, *statements: str) -> None:
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def refused(shell: Shell, words: list[str], text: str) -> None:
    result = shell.type(*words)
    assert result.exit_code == 1
    assert text in result.output
    assert "It stopped" not in result.output
    assert not result.exception or isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_a_database_of_a_newer_version_is_refused(
    registered: Shell, database: str, words: list[str]
) -> None:
    execute(database, "UPDATE alembic_version SET version_num = '9999', oldest_reader = '9998'")

    refused(registered, words, "Install the newer imi-bot that was here before")


def test_a_database_that_a_newer_version_only_added_to_is_used(
    registered: Shell, database: str
) -> None:
    newest = migration.newest_version()
    execute(
        database,
        f"UPDATE alembic_version SET version_num = '9999', oldest_reader = '{newest}'",  # noqa: S608 - a constant
    )

    again = registered.type("init")
    listed = registered.type("user", "list")

    assert (again.exit_code, listed.exit_code) == (0, 0)
    assert "Tables: version 9999, of a newer imi-bot; this one works with them." in again.output
    assert "aholm" in listed.output


def test_a_newer_database_that_does_not_say_who_can_read_it_is_refused(
    registered: Shell, database: str
) -> None:
    execute(
        database,
        "UPDATE alembic_version SET version_num = '9999'",
        "ALTER TABLE alembic_version DROP COLUMN oldest_reader",
    )

    refused(registered, ["run"], "Install the newer imi-bot that was here before")


def test_only_the_newer_version_backs_up_its_database(registered: Shell, database: str) -> None:
    newest = migration.newest_version()
    execute(
        database,
        f"UPDATE alembic_version SET version_num = '9999', oldest_reader = '{newest}'",  # noqa: S608 - a constant
    )

    refused(registered, ["backup", "copy.gz"], "Make the backup with the newer one.")


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
@pytest.mark.parametrize("version", ["0000", "5f3a9c1e"])
def test_a_database_from_before_the_first_release_is_refused(
    registered: Shell, database: str, words: list[str], version: str
) -> None:
    execute(database, f"UPDATE alembic_version SET version_num = '{version}'")  # noqa: S608 - a constant

    refused(registered, words, f"has version {version}, which no release of imi-bot made")


def test_tables_that_are_not_those_of_their_version_are_refused(
    registered: Shell, database: str
) -> None:
    execute(database, "ALTER TABLE users DROP COLUMN ever_linked")

    refused(registered, ["init"], "its tables are others (without users.ever_linked, for one)")


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_a_database_of_something_else_is_refused(
    shell: Shell, database: str, words: list[str]
) -> None:
    execute(database, "CREATE TABLE users (id INTEGER)", "CREATE TABLE orders (id INTEGER)")

    refused(shell, words, "holds tables of something else (orders, users)")


@pytest.mark.parametrize("words", READY, ids=" ".join)
def test_a_database_that_is_not_there_is_not_created(
    shell: Shell, database: str, words: list[str]
) -> None:
    from pathlib import Path

    refused(shell, words, "Run: imi-bot init")

    assert not Path(database.removeprefix("sqlite:///")).exists()


def break_as_text(path: str) -> None:
    with open(path, "wb") as file:  # noqa: PTH123 - a plain file
        file.write(b"no database " * 1000)


def break_in_the_middle(path: str) -> None:
    with open(path, "r+b") as file:  # noqa: PTH123 - a plain file
        file.seek(4096)
        file.write(b"\xff" * 8192)


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
@pytest.mark.parametrize("spoil", [break_as_text, break_in_the_middle])
def test_a_damaged_file_is_said(
    registered: Shell, database: str, words: list[str], spoil: Callable[[str], None]
) -> None:
    spoil(database.removeprefix("sqlite:///"))

    result = registered.type(*words)

    assert result.exit_code == 1
    assert "is not an SQLite database" in result.output or "the file is damaged" in result.output
    assert "It stopped" not in result.output


@pytest.mark.parametrize("words", [["init"], ["user", "show", "x"], ["doctor"]], ids=" ".join)
def test_a_directory_in_the_databases_place_is_said(
    shell: Shell, database: str, words: list[str]
) -> None:
    from pathlib import Path

    Path(database.removeprefix("sqlite:///")).mkdir()

    refused(shell, words, "is a directory, not a file.")


def test_a_held_database_is_said(registered: Shell, database: str) -> None:
    from core.store import sqlite

    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sqlite, "BUSY_MILLISECONDS", 50)
            refused(registered, REGISTER, "another process holds the database. Wait until it ends")
