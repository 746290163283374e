"""Tests of `imi-bot init`, run as a command."""

from pathlib import Path

from core.store import migration
from tests.bot.cli.shell import Shell

OWN_CATALOGUE = """\
[[authority_roles]]
code = "ADMIN"
name = { en = "Boss" }
min_holders = 1
"""


def test_init_creates_the_tables_once(shell: Shell) -> None:
    first, second = shell.type("init"), shell.type("init")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert f"Tables: version {migration.newest_version()} (new)." in first.output
    assert "Catalogue: loaded." in first.output
    assert "Catalogue: as before." in second.output


def test_a_new_installation_has_no_account(shell: Shell, database: str) -> None:
    import sqlite3

    assert shell.type("init").exit_code == 0

    with sqlite3.connect(database.removeprefix("sqlite:///")) as connection:
        for table in ("users", "passwords", "sessions", "authorities"):
            assert connection.execute(f"SELECT * FROM {table}").fetchall() == []  # noqa: S608 - our own names
    connection.close()


def test_a_custom_catalogue_is_checked_and_loaded(shell: Shell, tmp_path: Path) -> None:  # D24
    own = tmp_path / "own.toml"
    own.write_text(OWN_CATALOGUE.replace("en =", "da ="))
    shell.environment["IMI_CATALOGUE"] = str(own)

    result = shell.type("init")
    assert result.exit_code == 1
    assert f"IMI_CATALOGUE: {own}, line 3: role ADMIN has no name in en." in result.output

    own.write_text(OWN_CATALOGUE)
    assert shell.type("init").exit_code == 0


def test_a_database_without_a_catalogue_is_not_ready(shell: Shell, database: str) -> None:
    import sqlite3

    shell.type("init")
    with sqlite3.connect(database.removeprefix("sqlite:///")) as connection:
        connection.execute("DELETE FROM catalogues")
    connection.close()

    result = shell.type("user", "show", "x")

    assert "The database has no catalogue. Run: imi-bot init" in result.output


def test_the_plan_of_a_new_database_makes_no_file(shell: Shell, tmp_path: Path) -> None:
    result = shell.type("init", "--plan")

    assert result.exit_code == 0
    newest = migration.newest_version()
    assert f"The database has no tables: version {newest} will be created." in result.output
    assert list(tmp_path.glob("*.sqlite3*")) == []


def test_the_plan_of_a_database_of_this_version_is_empty(registered: Shell) -> None:
    result = registered.type("init", "--plan")

    assert "No migration will run." in result.output
    assert "Catalogue: as before." in result.output


def test_no_backup_is_made_where_nothing_is_migrated(registered: Shell, tmp_path: Path) -> None:
    registered.type("init")

    assert list(tmp_path.glob("*.backup.gz")) == []
