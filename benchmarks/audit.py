"""Measures verifying the audit trail, in time and memory, and reading pages of it.

    python -m benchmarks.audit [--entries 1000000] [--rounds 20]

The trail is a valid hash chain with a checkpoint every ten thousand entries, on SQLite;
`make bench` measures on PostgreSQL too. Verifying runs in a process of its own. Another
process does the least that is needed: it reads the same rows and hashes each once with SHA-256.
Their CPU time and their peak memory are compared. Then each page of `/imi-audit` is compared
with a plain query for the same rows, for an authority that has a tenth of the trail.
"""

import argparse
import asyncio
import resource
import subprocess
import sys
import time
from datetime import date
from functools import partial
from hashlib import sha256
from statistics import median
from typing import Any

from sqlalchemy import Connection, text

from benchmarks.databases import gather_statistics, new_database
from benchmarks.filled_trail import BATCH, KEY, NOW, add_entries, register_people
from benchmarks.report import Row, print_rows
from core.audit.rules import Act
from core.audit.verification import verify
from core.audit_log import service
from core.audit_log.service import AuditLogQuery
from core.store.store import Operation, Store, open_store
from core.users.principals import Principal

# The filters of a page, and the same filters in SQL.
QUERIES = {
    "first page": (AuditLogQuery(), ""),
    "by person": (AuditLogQuery("Person07"), "AND (actor_id = 8 OR user_id = 8)"),
    "by act": (AuditLogQuery(act=Act.PASSWORD_RESET), "AND act = 'password_reset'"),
    "by act, none": (AuditLogQuery(act=Act.AUTHORITY_REMOVED), "AND act = 'authority_removed'"),
    "one day": (
        AuditLogQuery(since=date(2026, 3, 3), until=date(2026, 3, 3)),
        "AND at >= '2026-03-03' AND at < '2026-03-04'",
    ),
    "all of it": (
        AuditLogQuery("Person07", Act.PASSWORD_RESET, date(2026, 3, 3), date(2026, 3, 9)),
        (
            "AND (actor_id = 8 OR user_id = 8) AND act = 'password_reset'"
            " AND at >= '2026-03-03' AND at < '2026-03-10'"
        ),
    ),
}


def verify_trail(tx: Connection) -> int:
    """Verify the trail as `imi-bot audit verify` does."""
    result = verify(tx, [KEY], {}, lambda _checked, _newest: None, NOW)
    assert result.faults == 0, result
    return result.entries


def read_and_hash(tx: Connection) -> int:
    """Read the same rows and hash each once."""
    number = last = 0
    while page := _plain_page(tx, last):
        for row in page:
            sha256(repr(tuple(row)).encode()).hexdigest()
        number, last = number + len(page), page[-1].id
    return number


def _plain_page(tx: Connection, last: int) -> list[Any]:
    query = text("SELECT * FROM audit_entries WHERE id > :last ORDER BY id LIMIT 2000")
    return list(tx.execute(query, {"last": last}))


def plain(tx: Connection, condition: str) -> int:
    """Read a page with the plain query (the baseline)."""
    query = (
        f"SELECT * FROM audit_entries WHERE authority_id = 1 {condition}"  # noqa: S608 - ours
        f" ORDER BY at DESC, id DESC LIMIT {service.PAGE_SIZE + 1}"
    )
    return len(tx.execute(text(query)).all())


MEASURED: dict[str, Operation[int]] = {"verify": verify_trail, "baseline": read_and_hash}


async def run_alone(task: str, url: str) -> None:
    """Run one task in this process, and print the entries, the seconds and the peak memory."""
    store = await open_store(url)
    began = time.process_time()
    number = await store.read(MEASURED[task])
    took = time.process_time() - began
    await store.close()
    print(number, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measure(task: str, url: str) -> tuple[int, float, float]:
    """Run one task in a process of its own; return the entries, the seconds and the MiB."""
    command = [sys.executable, "-m", "benchmarks.audit", "--only", task, "--url", url]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - ours
    number, seconds, mib = output.split()
    return int(number), float(seconds), float(mib)


def compare(url: str) -> Row:
    """Compare verifying with reading and hashing."""
    (_, plain_s, plain_mib), (number, ours_s, ours_mib) = (
        measure(task, url) for task in ("baseline", "verify")
    )
    details = f"{ours_s:.1f} s to {plain_s:.1f} s; {ours_mib:.0f} MiB to {plain_mib:.0f} MiB"
    work = f"audit verify, {number:,} entries"
    return Row(work, "reading and SHA-256 alone", ours_s / plain_s, 4, 2, details)


async def read_pages(store: Store, principal: Principal, rounds: int) -> list[Row]:
    """Compare each page with the plain query for it."""
    rows = []
    for name, (query, condition) in QUERIES.items():

        def read_page(tx: Connection, query: AuditLogQuery = query) -> int:
            return len(service.find_page(tx, principal, query).lines)

        def read_plainly(tx: Connection, condition: str = condition) -> int:
            return plain(tx, condition)

        ours = await _median(store, rounds, read_page)
        base = await _median(store, rounds, read_plainly)
        details = f"{ours:.2f} ms to {base:.2f} ms"
        rows.append(Row(f"/imi-audit, {name}", "the plain SQL", ours / base, 5, 2, details))
    return rows


async def _median(store: Store, rounds: int, operation: Operation[int]) -> float:
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        await store.read(operation)
        took.append(1000 * (time.perf_counter() - began))
    return median(took)


async def rows(entries: int = 1_000_000, rounds: int = 20, database: str = "sqlite") -> list[Row]:
    """Return rows about verifying so many entries, and about the pages of `/imi-audit`."""
    async with new_database(database) as url:
        store = await open_store(url)
        try:
            principal = await store.write(register_people)
            for first in range(0, entries, BATCH):
                count = min(BATCH, entries - first)
                await store.write(partial(add_entries, first=first, count=count))
            await store.write(gather_statistics)
            return [compare(url), *await read_pages(store, principal, rounds)]
        finally:
            await store.close()


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", choices=MEASURED)
    parser.add_argument("--url")
    options = parser.parse_args()
    if options.only:
        asyncio.run(run_alone(options.only, options.url))
    else:
        print_rows(asyncio.run(rows(options.entries, options.rounds)))


if __name__ == "__main__":
    main()
