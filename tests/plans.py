"""Asks the database for the plan of a statement, so that a test can require an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection


def plan_of(tx: Connection, run: Callable[[], object]) -> list[str]:
    """Return the database's plan of the only statement that `run` executes, line by line."""
    statements: list[tuple[str, Any]] = []

    def note(*call: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
        statements.append((call[2], call[3]))

    event.listen(tx, "before_cursor_execute", note)
    run()
    event.remove(tx, "before_cursor_execute", note)
    # SQLite's transaction begins with the first one.
    ((statement, values),) = [one for one in statements if not one[0].startswith("BEGIN")]
    explain = "EXPLAIN QUERY PLAN " if tx.dialect.name == "sqlite" else "EXPLAIN "
    return [str(row) for row in tx.exec_driver_sql(explain + statement, values)]


def scans_table(line: str, table: str) -> bool:
    """Return whether the line of a plan reads the whole table."""
    return f"Seq Scan on {table}" in line or f"SCAN {table}" in line
