"""Tests that a backup and a support bundle can be written to standard output."""

import gzip
import io
import os
import pty
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.bot.cli.shell import ROOT, Shell

COMMANDS = ("backup", "support-bundle")


def run(
    shell: Shell, command: str, out: int | BinaryIO = subprocess.PIPE
) -> tuple[int, bytes, str]:
    """Run the command with `-` in a process; return exit code, standard output and error."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "bot", command, "-"],
        cwd=ROOT,
        env={**os.environ, **shell.environment},
        stdout=out,
        stderr=subprocess.PIPE,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr.decode()


def test_a_backup_on_standard_output_can_be_restored(registered: Shell, tmp_path: Path) -> None:
    code, output, errors = run(registered, "backup")

    assert code == 0, errors
    number = len(gzip.decompress(output).splitlines())
    assert f"{number} lines in standard output." in errors
    file = tmp_path / "backup.gz"
    file.write_bytes(output)
    registered.environment["IMI_DATABASE_URL"] = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    assert registered.type("restore", str(file)).exit_code == 0


def test_a_support_bundle_on_standard_output_is_a_zip(registered: Shell) -> None:
    code, output, errors = run(registered, "support-bundle")

    assert code == 0, errors
    assert output.startswith(b"PK")
    assert zipfile.ZipFile(io.BytesIO(output)).testzip() is None
    assert "parts in standard output. Read it before you send it." in errors


def test_a_backup_that_fails_writes_nothing(shell: Shell) -> None:
    code, output, errors = run(shell, "backup")

    assert (code, output) == (1, b"")
    assert "imi-bot init" in errors


@pytest.mark.parametrize("command", COMMANDS)
def test_a_terminal_gets_no_file(registered: Shell, command: str) -> None:
    ours, theirs = pty.openpty()
    try:
        code, _, errors = run(registered, command, theirs)
    finally:
        os.close(theirs)
        os.close(ours)

    assert code == 1
    assert errors == f"Standard output is a terminal. Write: imi-bot {command} - > FILE\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_is_reported(registered: Shell, command: str) -> None:
    with Path("/dev/full").open("wb") as full:
        code, _, errors = run(registered, command, full)

    assert (code, errors) == (1, "-: No space left on device.\n")
