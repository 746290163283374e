"""Measures the time of an import of many users, compared with one `executemany` of the same rows.

The import follows every rule, in batches of their own transactions, on an SQLite file. The baseline
writes the rows that the import wrote into an empty database: users, roles, audit entries and
deliveries, one `executemany` for each table, all in one transaction:

    python -m benchmarks.imports [--rows 10000]

Both sides are CPU time, which other processes do not disturb. The details also give the check and
the peak memory of the whole run.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Table, insert, select

from benchmarks.letters import in_letters
from benchmarks.report import Row, print_rows
from core.administration import registration as authority_registration
from core.audit.rules import COMMAND_LINE
from core.authorities.rules import Authority, NewAuthority
from core.catalogue.load import load, shipped
from core.imports.files import parse_file
from core.imports.rules import ImportReport, RowStatus
from core.imports.service import UserImport, in_batches
from core.policy import Policy
from core.rulebook import Rulebook
from core.schema.audit import audit_entries
from core.schema.deliveries import deliveries
from core.schema.roles import user_roles
from core.schema.users import users
from core.store import migration
from core.store.store import Store, open_store

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
RULEBOOK = Rulebook(Policy(), load(shipped(), "catalogue.toml"))
TABLES = (users, user_roles, audit_entries, deliveries)
Written = dict[Table, list[dict[str, object]]]
HEADER = "first_name,last_name,language,email,phone,username,roles"


def content(rows: int) -> bytes:
    """Return a file of so many people, each with a username, so that both ways do the same work."""
    lines = [
        f"Ida,Holm{in_letters(n)},da,ida{n}@sundhed.example,+4533445566,iholm{n},PQ:BASIC"
        for n in range(rows)
    ]
    return "\n".join([HEADER, *lines]).encode()


@asynccontextmanager
async def office() -> AsyncIterator[tuple[Store, Authority]]:
    """Create a database with one authority."""
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(f"sqlite:///{Path(folder) / 'imi.sqlite3'}")
        await store.write(migration.upgrade)
        new_authority = NewAuthority(
            "Sundhed", "Sundhed", "post@sundhed.example", "DK", ("PQ", "PR")
        )
        yield (
            store,
            await store.write(
                lambda tx: authority_registration.register(tx, new_authority, COMMAND_LINE, NOW)
            ),
        )
        await store.close()


async def imported(file: bytes) -> tuple[float, float, Written]:
    """Import the file; return the seconds of the check and of the registration, and its rows."""
    async with office() as (store, authority):
        lines = parse_file(file).rows
        took = []
        for now in (None, NOW):
            began, found = time.process_time(), ImportReport()
            job = UserImport(authority.id, None, RULEBOOK)
            for batch in in_batches(lines):
                found += await store.write(job.operation_for(batch, now))
            took.append(time.process_time() - began)
            assert found.count(RowStatus.CREATED) == len(lines)
        return took[0], took[1], await store.read(rows_of_all)


def rows_of_all(tx: Connection) -> Written:
    """Return every row of the tables, by table, without the audit entry of the authority."""
    first = (audit_entries.c.id > 1,)
    return {
        table: [
            dict(row)
            for row in tx.execute(
                select(table).where(*(first if table is audit_entries else ()))
            ).mappings()
        ]
        for table in TABLES
    }


async def at_once(written: Written) -> float:
    """Write the rows, an `executemany` for each table, into an empty database; return seconds."""

    def write(tx: Connection) -> None:
        for table, rows in written.items():
            tx.execute(insert(table), rows)

    async with office() as (store, _):
        began = time.process_time()
        await store.write(write)
        return time.process_time() - began


async def rows(people: int = 10_000) -> list[Row]:
    """Return the row about a file of so many people."""
    checked, registered, written = await imported(content(people))
    plain = await at_once(written)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    details = f"{registered:.1f} s to {plain:.1f} s; check {checked:.1f} s; {peak:.0f} MiB"
    work = f"import of {people:,} rows without hashes"
    return [Row(work, "one executemany of the same rows", registered / plain, 10, 3, details)]


def main() -> None:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    print_rows(asyncio.run(rows(parser.parse_args().rows)))


if __name__ == "__main__":
    main()
