"""Tests of `imi-bot import`, run as a command against a real database."""

from pathlib import Path

import pytest

from tests.bot.cli.shell import REGISTER, Shell

HEADER = "first_name;last_name;language;email;phone;username;roles\n"
ROWS = "Ida;Møller;da;ida@health.example;;;PQ:BASIC\nBo;Berg;xx;bo@health.example;;;\n"
AUTHORITY = ("--authority", "health  AGENCY")


@pytest.fixture
def file(shell: Shell, tmp_path: Path) -> str:
    """A file with a good and a bad row, and its authority."""
    shell.type("init")
    shell.type(*REGISTER)
    path = tmp_path / "users.csv"
    path.write_text(HEADER + ROWS, "utf-8")
    return str(path)


def test_check_only_reports_the_outcome(shell: Shell, file: str) -> None:
    result = shell.type("import", file, *AUTHORITY, "--check")

    assert result.exit_code == 0
    assert "Row 3: Working language: Choose one of the 24 languages." in result.output
    assert "1 would be registered, 0 here already, 1 refused." in result.output
    assert shell.type("user", "show", "imoeller").exit_code == 1


def test_after_confirmation_the_users_are_registered(shell: Shell, file: str) -> None:
    result = shell.type("import", file, *AUTHORITY, typed="y\n")

    assert result.exit_code == 0
    assert "1 registered, 0 here already, 1 refused." in result.output
    assert shell.type("user", "show", "imoeller").exit_code == 0


def test_without_confirmation_no_user_is_registered(shell: Shell, file: str) -> None:
    result = shell.type("import", file, *AUTHORITY, typed="n\n")

    assert result.exit_code == 1
    assert shell.type("user", "show", "imoeller").exit_code == 1


def test_importing_the_same_file_again_registers_no_user(shell: Shell, file: str) -> None:
    shell.type("import", file, *AUTHORITY, "--yes")

    result = shell.type("import", file, *AUTHORITY, "--yes")

    assert result.exit_code == 0
    assert "0 would be registered, 1 here already, 1 refused." in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere.csv", *AUTHORITY), "nowhere.csv: No such file or directory."),
        (("FILE", "--authority", "Nobody"), "No authority has this official name."),
    ],
)
def test_an_unknown_authority_or_file_is_named(
    shell: Shell, file: str, words: tuple[str, ...], said: str
) -> None:
    result = shell.type("import", *(file if word == "FILE" else word for word in words))

    assert result.exit_code == 1
    assert said in result.output


def test_the_import_names_missing_columns(shell: Shell, file: str) -> None:
    Path(file).write_text("a;b\n1;2\n", "utf-8")

    result = shell.type("import", file, *AUTHORITY)

    assert result.exit_code == 1
    assert "first_name, last_name, language, email" in result.output


def test_the_names_are_shown_before_the_question(shell: Shell, file: str) -> None:  # D33
    result = shell.type("import", file, *AUTHORITY, typed="n\n")

    shown, _question, _ = result.output.partition("Register 1?")
    assert "Row 2: Ida Møller, ida@health.example, imoeller" in shown


def test_what_of_the_file_is_left_out_is_said(shell: Shell, file: str) -> None:  # D33, B11
    Path(file).write_text(
        "sep=,\nfirst_name,last_name,language,email,role\x1b[2J\nIda,Lund,da\n", "utf-8"
    )

    result = shell.type("import", file, *AUTHORITY, "--check")

    assert "These columns are unknown and are left out: role[2J." in result.output
    assert "\x1b" not in result.output
    assert "Row 3: E-mail: Please fill in this field." in result.output


def test_letters_in_doubt_are_refused(shell: Shell, file: str) -> None:  # D33, B02
    Path(file).write_bytes(f"{HEADER}Søs;Bødker;da;ida@health.example\n".encode("mac_roman"))

    result = shell.type("import", file, *AUTHORITY, "--yes")

    assert result.exit_code == 1
    assert "Save your table as CSV UTF-8" in " ".join(result.output.split())
