"""Tests that incomplete, existing and damaged backup files are reported and change nothing."""

import gzip
import json
import stat
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table

from core.store import backup as backups
from tests.bot.cli.shell import Shell

ROWS = [
    ["users", {"nothing": "Canary"}],
    ["nowhere", {"id": "Canary"}],
    ["users", "Canary"],
    ["users", {"id": 7, "first_name": "Canary"}],
    ["users"],
    ["", {"table": "nowhere", "last": 1}],
    ["audit_entries", {"id": 900, "at": "Canary"}],
    7,
]


@pytest.mark.parametrize("row", ROWS)
def test_a_backup_with_an_unknown_row_changes_nothing(
    registered: Shell, tmp_path: Path, row: object
) -> None:
    file = tmp_path / "backup.gz"
    registered.type("backup", str(file))
    whole = file.read_bytes()
    lines = gzip.decompress(whole).decode().splitlines()
    file.write_bytes(gzip.compress("\n".join([*lines[:-1], json.dumps(row), lines[-1]]).encode()))
    registered.environment["IMI_DATABASE_URL"] = f"sqlite:///{tmp_path / 'other.sqlite3'}"

    result = registered.type("restore", str(file))

    assert result.exit_code == 1
    assert "not one that this product wrote." in result.output
    assert "Canary" not in result.output
    file.write_bytes(whole)
    assert registered.type("restore", str(file)).exit_code == 0


def test_a_damaged_backup_is_reported_and_changes_nothing(
    registered: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "backup.gz"
    registered.type("backup", str(file))
    whole = file.read_bytes()
    registered.environment["IMI_DATABASE_URL"] = f"sqlite:///{tmp_path / 'other.sqlite3'}"

    for position in range(12, len(whole), len(whole) // 5):
        damaged = bytearray(whole)
        damaged[position] ^= 0xFF
        for content in (bytes(damaged), whole[:position]):
            file.write_bytes(content)
            result = registered.type("restore", str(file))
            assert result.exit_code == 1
            assert isinstance(result.exception, SystemExit)

    file.write_bytes(whole)
    assert registered.type("restore", str(file)).exit_code == 0


def test_a_backup_gets_its_name_only_when_complete(
    registered: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, folder = tmp_path / "backups" / "backup.gz", tmp_path / "backups"
    folder.mkdir()
    seen: list[list[int]] = []

    def fail_after_three_lines(
        tx: Connection, tables: Iterable[Table], now: datetime
    ) -> Iterator[str]:
        yield from list(whole(tx, tables, now))[:3]
        # This is the state that a killed process would leave.
        assert not file.exists()
        seen.append([stat.S_IMODE(part.stat().st_mode) for part in folder.iterdir()])
        raise OSError(28, "No space left on device")

    whole = backups.dump
    monkeypatch.setattr(backups, "dump", fail_after_three_lines)
    result = registered.type("backup", str(file))

    assert result.exit_code == 1
    assert "No space left on device." in result.output
    assert seen == [[0o600]]
    assert list(folder.iterdir()) == []


def test_a_file_created_meanwhile_is_not_overwritten(
    registered: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.gz"

    def create_file_meanwhile(
        tx: Connection, tables: Iterable[Table], now: datetime
    ) -> Iterator[str]:
        yield from whole(tx, tables, now)
        file.write_text("something else", "utf-8")

    whole = backups.dump
    monkeypatch.setattr(backups, "dump", create_file_meanwhile)
    result = registered.type("backup", str(file))

    assert result.exit_code == 1
    assert "File exists." in result.output
    assert file.read_text("utf-8") == "something else"
