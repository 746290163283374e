"""Runs all benchmarks and writes their rows into `docs/performance.md`; `make bench` runs it.

Each benchmark is a module with a function `rows`. Those with a parameter `database` run on
PostgreSQL too where `IMI_TEST_POSTGRES_URL` names a server:

    python -m benchmarks [NAME …] [--output docs/performance.md]
"""

import argparse
import asyncio
import inspect
import os
import platform
import sqlite3
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from benchmarks.databases import POSTGRES
from benchmarks.report import Row, table_of

# In the order of their rows in the table.
BENCHMARKS = (
    *("ack", "user_list", "home", "search", "imports", "audit", "reminders", "start"),
    *("deliveries", "message", "signins", "processes", "chain", "store"),
)


async def rows_of(name: str) -> list[Row]:
    """Run the benchmark of this name, on both databases if it can."""
    measure = import_module(f"benchmarks.{name}").rows
    if "database" not in inspect.signature(measure).parameters:
        return list(await measure())
    databases = ["sqlite", *(["postgres"] if POSTGRES else [])]
    return [
        _named(row, database) for database in databases for row in await measure(database=database)
    ]


def _named(row: Row, database: str) -> Row:
    title = {"sqlite": "SQLite", "postgres": "PostgreSQL"}[database]
    return Row(f"{row.work}, {title}", row.baseline, row.ratio, row.must, row.aim, row.details)


def page_of(rows: list[Row], now: datetime) -> str:
    """Return the page with the machine and the table."""
    return f"""# Performance

`make bench` wrote this page.
Each figure is the ratio of the product to a baseline that ran beside it.
A slow machine slows both.
`must` is the limit that the product has to keep, and `aim` a stricter one.
`reached` says which of them the figure keeps.
Where the baseline is "–", the figure itself is given, in the unit beside it.

{_machine(now)}

{table_of(rows)}
"""


def _machine(now: datetime) -> str:
    load = os.getloadavg()[0]
    return (
        f"Measured on {now:%Y-%m-%d} on {os.cpu_count()} cores ({_processor()}),"
        f" {platform.system()}, Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}, PostgreSQL {'too' if POSTGRES else 'not measured'};"
        f" load at the end {load:.1f}."
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    found = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(found, platform.machine())


async def _measured(names: list[str]) -> list[Row]:
    rows: list[Row] = []
    for name in names:
        print(f"{name} …", file=sys.stderr, flush=True)
        rows += await rows_of(name)
    return rows


def main() -> None:
    """Run the benchmarks of these names, or all, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=[*BENCHMARKS], metavar="NAME")
    parser.add_argument("--output", type=Path, default=Path("docs/performance.md"))
    chosen = parser.parse_args()
    rows = asyncio.run(_measured(chosen.names))
    text = page_of(rows, datetime.now(UTC))
    chosen.output.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
