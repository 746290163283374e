"""A whole database as lines of text and back, the same for SQLite and PostgreSQL."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from core.store import migration, snapshot
from core.store.columns import Instant

FORMAT = 1
ROWS = 500


class BackupError(ValueError):
    """A backup cannot be made or restored; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class RestoredBackup:
    """How many rows a backup had, and of which moment it is."""

    rows: int
    made_at: datetime


def dump(tx: Connection, tables: Iterable[Table], now: datetime) -> Iterator[str]:
    """Yield the lines: what this is, then every row, then how many there were.

    All of it is of one moment, whatever is written meanwhile.
    """
    snapshot.take(tx)
    first = {"imi_backup": FORMAT, "version": migration.version_of(tx), "made_at": now.isoformat()}
    yield json.dumps(first)
    number = 0
    for table in tables:
        found = tx.execute(select(table).execution_options(yield_per=ROWS))
        for row in found.mappings():
            yield json.dumps([table.name, _shown(row)], ensure_ascii=False)
            number += 1
        last = _last_number(tx, table)
        if last is not None:
            yield json.dumps(["", {"table": table.name, "last": last}])
    yield json.dumps({"rows": number})


def restore(tx: Connection, tables: Sequence[Table], lines: Iterable[str]) -> RestoredBackup:
    """Make the tables and write every row of the backup; return what it was.

    Raises:
        BackupError: the database is not empty, or this is no whole backup of this version.
    """
    remaining = iter(lines)
    by_name = {table.name: table for table in tables}
    try:
        made_at = _require_fit(tx, _read(next(remaining, "")))
        migration.upgrade(tx)
        return RestoredBackup(_write_all(tx, by_name, map(_read, remaining)), made_at)
    except BackupError:
        raise
    except (SQLAlchemyError, LookupError, TypeError, ValueError, AttributeError):
        # Nothing of the row is said: it is personal data.
        raise BackupError("A row in the backup is not one that this product wrote.") from None


def _write_all(tx: Connection, tables: dict[str, Table], lines: Iterable[Any]) -> int:
    waiting: list[dict[str, Any]] = []
    number, current = 0, ""
    for line in lines:
        if isinstance(line, dict):
            _write(tx, tables, current, waiting)
            # To the very end: what packs the lines checks itself only there.
            if line.get("rows") != number or any(True for _ in lines):
                raise BackupError("The backup is not whole.")
            return number
        name, row = line
        if name != current or len(waiting) == ROWS:
            _write(tx, tables, current, waiting)
            current, waiting = name, []
        if name == "":
            _count_on(tx, tables[row["table"]], int(row["last"]))
            continue
        waiting.append(row)
        number += 1
    raise BackupError("The backup is not whole: its end is missing.")


def _require_fit(tx: Connection, first: object) -> datetime:
    if not isinstance(first, dict) or first.get("imi_backup") != FORMAT:
        raise BackupError("This is no backup made by imi-bot backup.")
    if first.get("version") != migration.newest_version():
        raise BackupError(
            f"The backup is of version {first.get('version')}, "
            f"this product of {migration.newest_version()}. "
            "Restore it with that version, then run: imi-bot init"
        )
    if inspect(tx).get_table_names():
        raise BackupError("The database is not empty. Restore into a new one.")
    return datetime.fromisoformat(first["made_at"])


def _read(line: str) -> Any:  # noqa: ANN401 - what stands in a line
    try:
        return json.loads(line)
    except ValueError:
        raise BackupError("This is no backup made by imi-bot backup.") from None


def _write(tx: Connection, tables: dict[str, Table], name: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        table = tables[name]
        moments = [column.name for column in table.c if isinstance(column.type, Instant)]
        tx.execute(insert(table), [_revived(row, moments) for row in rows])


def _shown(row: Any) -> dict[str, object]:  # noqa: ANN401 - SQLAlchemy's mapping
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def _revived(row: dict[str, Any], moments: list[str]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if name in moments and value is not None else value
        for name, value in row.items()
    }


def _last_number(tx: Connection, table: Table) -> int | None:
    """Return the highest number that the table ever gave, where it gives numbers."""
    sequence = _sequence(tx, table)
    if sequence is None:
        return None
    if tx.dialect.name == "sqlite":
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        found = tx.scalar(query, {"name": table.name})
        return None if found is None else int(found)
    row = tx.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()  # noqa: S608 - a name of ours
    return int(row.last_value) if row.is_called else None


def _count_on(tx: Connection, table: Table, last: int) -> None:
    """Let the table's numbers go on after `last`: a number is never used again."""
    if tx.dialect.name == "sqlite":
        name = {"name": table.name, "last": last}
        tx.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), name)
        tx.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), name)
    else:
        tx.execute(select(func.setval(_sequence(tx, table), last)))


def _sequence(tx: Connection, table: Table) -> str | None:
    column = table.autoincrement_column
    if column is None:
        return None
    if tx.dialect.name == "sqlite":
        return table.name if table.dialect_options["sqlite"]["autoincrement"] else None
    found = tx.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
    return None if found is None else str(found)
