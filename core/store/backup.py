"""Dumps a database to lines of JSON and restores it, in one format for SQLite and PostgreSQL."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, column, func, insert, inspect, select, text
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.exc import SQLAlchemyError

from core.store import migration, snapshot
from core.store.columns import Instant
from core.store.dialect import is_postgres

FORMAT = 1
BATCH_SIZE = 500


class BackupError(ValueError):
    """A backup cannot be made or restored; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class RestoredBackup:
    """The result of a restore: the number of rows, and when the backup was made."""

    rows: int
    made_at: datetime


def dump(tx: Connection, tables: Iterable[Table], now: datetime) -> Iterator[str]:
    """Yield the lines of a backup: a header, every row, and the number of rows.

    All rows are of one snapshot, whatever others commit meanwhile. The tables may be those of an
    older version: the imi-bot of that version restores the backup.
    """
    snapshot.take(tx)
    header = {"imi_backup": FORMAT, "version": migration.version_of(tx), "made_at": now.isoformat()}
    yield json.dumps(header)
    number = 0
    stored = inspect(tx)
    present = {*stored.get_table_names()}
    for table in (each for each in tables if each.name in present):
        columns = _stored_columns(table, stored.get_columns(table.name))
        query = select(*columns).select_from(table)
        rows = tx.execute(query.execution_options(yield_per=BATCH_SIZE))
        for row in rows.mappings():
            yield json.dumps([table.name, _encoded(row)], ensure_ascii=False)
            number += 1
        last = _last_id(tx, table)
        if last is not None:
            yield json.dumps(["", {"table": table.name, "last": last}])
    yield json.dumps({"rows": number})


def restore(tx: Connection, tables: Sequence[Table], lines: Iterable[str]) -> RestoredBackup:
    """Create the tables and insert every row of the backup; return what was restored.

    Raises:
        BackupError: the database is not empty, or the lines are not a complete backup made by
            this version.
    """
    remaining = iter(lines)
    by_name = {table.name: table for table in tables}
    try:
        made_at = _require_compatible(tx, _read(next(remaining, "")))
        migration.upgrade(tx)
        return RestoredBackup(_insert_all(tx, by_name, map(_read, remaining)), made_at)
    except BackupError:
        raise
    except (SQLAlchemyError, LookupError, TypeError, ValueError, AttributeError):
        # The row is not quoted: it is personal data.
        raise BackupError("A row in the backup is not one that this product wrote.") from None


def _insert_all(tx: Connection, tables: dict[str, Table], lines: Iterable[Any]) -> int:
    pending: list[dict[str, Any]] = []
    number, current = 0, ""
    for line in lines:
        if isinstance(line, dict):
            _insert(tx, tables, current, pending)
            # Read to the very end: gzip verifies its checksum only there.
            if line.get("rows") != number or any(True for _ in lines):
                raise BackupError("The backup is not whole.")
            return number
        name, row = line
        if name != current or len(pending) == BATCH_SIZE:
            _insert(tx, tables, current, pending)
            current, pending = name, []
        if name == "":
            _set_last_id(tx, tables[row["table"]], int(row["last"]))
            continue
        pending.append(row)
        number += 1
    raise BackupError("The backup is not whole: its end is missing.")


def _require_compatible(tx: Connection, header: object) -> datetime:
    if not isinstance(header, dict) or header.get("imi_backup") != FORMAT:
        raise BackupError("This is no backup made by imi-bot backup.")
    if header.get("version") != migration.newest_version():
        raise BackupError(
            f"The backup is of version {header.get('version')}, "
            f"this product of {migration.newest_version()}. "
            "Restore it with that version, then run: imi-bot init"
        )
    if inspect(tx).get_table_names():
        raise BackupError("The database is not empty. Restore into a new one.")
    return datetime.fromisoformat(header["made_at"])


def _read(line: str) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return json.loads(line)
    except ValueError:
        raise BackupError("This is no backup made by imi-bot backup.") from None


def _insert(
    tx: Connection, tables: dict[str, Table], name: str, rows: list[dict[str, Any]]
) -> None:
    if rows:
        table = tables[name]
        moments = [each.name for each in table.c if isinstance(each.type, Instant)]
        tx.execute(insert(table), [_decoded(row, moments) for row in rows])


def _stored_columns(table: Table, stored: list[ReflectedColumn]) -> list[ColumnElement[Any]]:
    """Return the columns that the database has, also those that this version no longer knows."""
    names = {each["name"] for each in stored}
    known = [each for each in table.c if each.name in names]
    # The database computes the others by itself, such as those of the search index.
    unknown = [each for each in stored if each["name"] not in table.c and "computed" not in each]
    return [*known, *(column(each["name"], each["type"]) for each in unknown)]


def _encoded(row: Any) -> dict[str, object]:  # noqa: ANN401 - SQLAlchemy's mapping
    return {
        name: _in_utc(value).isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def _in_utc(moment: datetime) -> datetime:
    """Return the moment with its time zone, which SQLite does not store."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _decoded(row: dict[str, Any], moments: list[str]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if name in moments and value is not None else value
        for name, value in row.items()
    }


def _last_id(tx: Connection, table: Table) -> int | None:
    """Return the highest id that the table ever generated; None if it generates none."""
    sequence = _sequence(tx, table)
    if sequence is None:
        return None
    if not is_postgres(tx):
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        found = tx.scalar(query, {"name": table.name})
        return None if found is None else int(found)
    row = tx.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()  # noqa: S608 - a name of ours
    return int(row.last_value) if row.is_called else None


def _set_last_id(tx: Connection, table: Table, last: int) -> None:
    """Make the table's ids continue after `last`: ids are never reused."""
    if not is_postgres(tx):
        name = {"name": table.name, "last": last}
        tx.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), name)
        tx.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), name)
    else:
        tx.execute(select(func.setval(_sequence(tx, table), last)))


def _sequence(tx: Connection, table: Table) -> str | None:
    numbered = table.autoincrement_column
    if numbered is None:
        return None
    if not is_postgres(tx):
        return table.name if table.dialect_options["sqlite"]["autoincrement"] else None
    found = tx.scalar(select(func.pg_get_serial_sequence(table.name, numbered.name)))
    return None if found is None else str(found)
