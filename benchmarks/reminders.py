"""Measures the job that queues due reminders, compared with plain SQL for the same rows.

Accounts with passwords and planned reminders are written straight into an empty database:

    python -m benchmarks.reminders [--accounts 10000 1000000] [--due 5000] [--database postgres]

Five million accounts need some 5 GB and a few minutes.

For each number of accounts, one row is about a run that finds nothing due, compared with the bare
indexed query; the other about so many due, compared with one INSERT … SELECT of the same rows into
the outbox. Its details also give the ratio to an INSERT … SELECT into a table without indexes.
On SQLite both sides are CPU time, which other processes do not disturb; on PostgreSQL seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
import tracemalloc
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import text

from benchmarks.accounts_with_reminders import NOW, at_moment, filled
from benchmarks.report import Row, print_rows
from bot.jobs.schedule import REMINDER_BATCH
from core.reminders import service
from core.store.sqlite import SqliteStore
from tests.statements import count_statements

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from core.store.store import Store

ROUNDS = 30
REPEATED = 3


PLAIN_QUERY = at_moment(
    "SELECT user_id FROM reminders WHERE state = 'waiting' AND due_at <= :now"
    " ORDER BY due_at LIMIT 500"
)
PLAIN_COPY = at_moment(
    "INSERT INTO plain_copy (user_id, password_id, threshold)"
    " SELECT user_id, password_id, threshold FROM reminders"
    " WHERE state = 'waiting' AND due_at <= :now LIMIT :due"
)
OUTBOX_COPY = at_moment(
    "INSERT INTO deliveries (key, kind, authority_id, user_id, serial, state, attempts, due_at,"
    " queued_at, recipient_id, event, lane, priority)"
    " SELECT 'reminder:' || r.user_id || ':' || r.password_id || ':' || r.threshold || ':' ||"
    " r.user_id || '_1', 'reminder', u.authority_id, r.user_id, 1, 'waiting', 0, r.due_at,"
    " r.due_at, r.user_id, r.password_id || ':' || r.threshold, 'slack', 2"
    " FROM reminders r JOIN users u ON u.id = r.user_id"
    " WHERE r.state = 'waiting' AND r.due_at <= :now LIMIT :due"
)


async def measure(accounts: int, due: int, database: str) -> list[Row]:
    """Fill a database with so many accounts, and measure."""
    # The runs that are measured settle as many each, of accounts of their own.
    due = min(due, accounts // (REPEATED + 2))
    async with filled(accounts, (REPEATED + 2) * due, database) as store:
        return [await nothing_due(store, accounts), await many_due(store, accounts, due)]


async def nothing_due(store: Store, accounts: int) -> Row:
    """Compare a run that finds nothing due with the bare query; their rounds alternate."""
    early = NOW - timedelta(days=400)
    ours, plain = [], []
    for _ in range(ROUNDS):
        ours.append(await timed(store, lambda tx: service.queue_due(tx, early, REMINDER_BATCH)))
        plain.append(await timed(store, lambda tx: tx.execute(PLAIN_QUERY, {"now": early})))
    idle, idle_plain = statistics.median(ours), statistics.median(plain)
    return Row(
        f"reminders, nothing due of {accounts:,} accounts",
        "the bare indexed query",
        ratio=idle / idle_plain,
        must=2,
        aim=2,
        details=f"{1000 * idle:.2f} ms to {1000 * idle_plain:.2f} ms",
    )


async def many_due(store: Store, accounts: int, due: int) -> Row:
    """Compare runs with so many due with one statement for the same rows."""
    copied = {"now": NOW, "due": due}
    without_indexes = await timed(store, lambda tx: tx.execute(PLAIN_COPY, copied))
    ours, copies = [], []
    # Once more, because the first time is measured cold.
    for _ in range(REPEATED + 1):
        copies.append(await timed(store, lambda tx: tx.execute(OUTBOX_COPY, copied)))
        await store.write(lambda tx: tx.execute(text("DELETE FROM deliveries")))
        ours.append(await settled_in(store, due))
    plain = statistics.median(copies[1:])
    took = statistics.median(seconds for seconds, _ in ours[1:])
    _, statements = ours[-1]
    # As many again, because tracing memory takes time.
    tracemalloc.start()
    await settled_in(store, due)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return Row(
        f"reminders, {due:,} due of {accounts:,} accounts",
        "one INSERT … SELECT of the same rows into the outbox",
        ratio=took / plain,
        must=3,
        aim=3,
        details=f"{1000 * took:.0f} ms to {1000 * plain:.0f} ms; {took / without_indexes:.0f} times"
        f" a copy without indexes; {statements} statements; {peak / 2**20:.1f} MiB",
    )


async def settled_in(store: Store, due: int) -> tuple[float, int]:
    """Run the job until so many reminders are settled; return its seconds and its statements."""
    began, settled = clock(store), 0
    with count_statements(store) as statements:
        while settled < due:
            # No more than that, so that the next round finds as many.
            most = min(REMINDER_BATCH, due - settled)
            settled += await store.write(partial(service.queue_due, now=NOW, most=most))
    return clock(store) - began, len(statements)


def clock(store: Store) -> float:
    """Return the seconds of CPU time on SQLite, which runs in this process, else of the clock."""
    return time.process_time() if isinstance(store, SqliteStore) else time.perf_counter()


async def timed(store: Store, operation: Callable[[Connection], object]) -> float:
    """Return the seconds that the operation takes, including the round trip."""
    began = clock(store)
    await store.write(operation)
    return clock(store) - began


async def rows(
    accounts: Sequence[int] = (10_000, 1_000_000), due: int = 5000, database: str = "sqlite"
) -> list[Row]:
    """Return two rows for each number of accounts: nothing due, and so many due."""
    return [row for number in accounts for row in await measure(number, due, database)]


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--due", type=int, default=5000)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    chosen = parser.parse_args()
    print_rows(asyncio.run(rows(chosen.accounts, chosen.due, chosen.database)))


if __name__ == "__main__":
    main()
