"""Asks the database for the plan of a statement, so that a test can require an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection


def plan_of(tx: Connection, run: Callable[[], object]) -> list[str]:
    """Return the database's plan of the only statement that `run` executes, line by line."""
    ((statement, values),) = _executed_by(tx, run)
    explain = "EXPLAIN QUERY PLAN " if tx.dialect.name == "sqlite" else "EXPLAIN "
    return [str(row) for row in tx.exec_driver_sql(explain + statement, values)]


def _executed_by(tx: Connection, run: Callable[[], object]) -> list[tuple[str, Any]]:
    """Return the statements that `run` executes, each with its values."""
    statements: list[tuple[str, Any]] = []

    def note(*call: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
        statements.append((call[2], call[3]))

    event.listen(tx, "before_cursor_execute", note)
    run()
    event.remove(tx, "before_cursor_execute", note)
    # SQLite's transaction begins with the first one.
    return [one for one in statements if not one[0].startswith("BEGIN")]


def scans_table(line: str, table: str) -> bool:
    """Return whether the line of a plan reads the whole table."""
    return f"Seq Scan on {table}" in line or f"SCAN {table}" in line


def plan_for_any_values(tx: Connection, run: Callable[[], object]) -> list[str]:
    """Return PostgreSQL's plan of the only statement that `run` executes, with integers.

    It is the one for any values, which PostgreSQL may keep after a few executions.
    """
    ((statement, values),) = _executed_by(tx, run)
    tx.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
    tx.exec_driver_sql(f"PREPARE any_values AS {statement}")
    given = f"({', '.join(str(int(value)) for value in values)})" if values else ""
    plan = [str(row) for row in tx.exec_driver_sql(f"EXPLAIN EXECUTE any_values{given}")]
    tx.exec_driver_sql("DEALLOCATE any_values")
    return plan
