"""Measures the job that queues due reminders, compared with plain SQL for the same rows.

Accounts with passwords and planned reminders are written straight into an empty database:

    python -m benchmarks.reminders [--accounts 10000 1000000] [--due 5000] [--database postgres]

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
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection, TextClause, bindparam, insert, text

from benchmarks.databases import new_database
from benchmarks.report import Row, print_rows
from core.administration import registration as authority_registration
from core.audit.rules import COMMAND_LINE
from core.authorities.rules import NewAuthority
from core.reminders import service
from core.reminders.rules import EXPIRY_THRESHOLDS
from core.schema.passwords import passwords
from core.schema.reminders import reminders
from core.schema.users import users
from core.store import migration
from core.store.sqlite import SqliteStore
from core.store.store import Store, open_store
from tests.statements import count_statements

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROUNDS = 30
BATCH = 20_000
MANY = 500


def at_moment(statement: str) -> TextClause:
    """Return the statement, whose parameter `now` is a moment as the tables store it."""
    return text(statement).bindparams(bindparam("now", type_=reminders.c.due_at.type))


PLAIN_QUERY = at_moment(
    "SELECT user_id FROM reminders WHERE state = 'waiting' AND due_at <= :now LIMIT 500"
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
    async with filled(accounts, 4 * due, database) as store:
        return [await nothing_due(store, accounts), await many_due(store, accounts, due)]


async def nothing_due(store: Store, accounts: int) -> Row:
    """Compare a run that finds nothing due with the bare query; their rounds alternate."""
    early = NOW - timedelta(days=400)
    ours, plain = [], []
    for _ in range(ROUNDS):
        ours.append(await timed(store, lambda tx: service.queue_due(tx, early, MANY)))
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
    # Twice, so that neither side is measured cold.
    for _ in range(2):
        plain = await timed(store, lambda tx: tx.execute(OUTBOX_COPY, copied))
        await store.write(lambda tx: tx.execute(text("DELETE FROM deliveries")))
    # Once before, so that the statements are compiled.
    await settled_in(store, due)
    took, statements = await settled_in(store, due)
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
            most = min(MANY, due - settled)
            settled += await store.write(partial(service.queue_due, now=NOW, most=most))
    return clock(store) - began, len(statements)


def clock(store: Store) -> float:
    """Return the seconds of CPU time on SQLite, which runs in this process, else of the clock."""
    return time.process_time() if isinstance(store, SqliteStore) else time.perf_counter()


async def timed(store: Store, operation: Callable[[Connection], object]) -> float:
    """Return the seconds that the operation takes, including the way to the database and back."""
    began = clock(store)
    await store.write(operation)
    return clock(store) - began


@asynccontextmanager
async def filled(accounts: int, due: int, database: str) -> AsyncIterator[Store]:
    """Open a database of accounts, some of which have a reminder due at NOW."""
    async with new_database(database) as url:
        store = await open_store(url)
        try:
            await store.write(create_tables)
            for first in range(1, accounts + 1, BATCH):
                some = range(first, min(first + BATCH, accounts + 1))
                await store.write(writing_accounts(some, due))
            yield store
        finally:
            await store.close()


def create_tables(tx: Connection) -> None:
    """Make the tables and one authority."""
    migration.upgrade(tx)
    tx.execute(
        text("CREATE TABLE plain_copy (user_id INTEGER, password_id INTEGER, threshold INTEGER)")
    )
    new_authority = NewAuthority("Sundhed", "Sundhed", "post@sundhed.example", "DK", ("PQ",))
    authority_registration.register(tx, new_authority, COMMAND_LINE, NOW)


def writing_accounts(some: range, due: int) -> Callable[[Connection], None]:
    """Return the operation that writes these accounts; the first `due` have a due reminder."""

    def write(tx: Connection) -> None:
        tx.execute(insert(users), [account(n) for n in some])
        tx.execute(insert(passwords), [password(n) for n in some])
        tx.execute(insert(reminders), [row for n in some for row in planned(n, is_due=n <= due)])

    return write


def account(n: int) -> dict[str, object]:
    """Return the row of an account."""
    address = f"p{n}@sundhed.example"
    return {
        "id": n,
        "authority_id": 1,
        "first_name": "Person",
        "last_name": f"Number {n}",
        "language": "da",
        "email": address,
        "email_key": address,
        "username": f"person{n}",
        "registered_at": NOW,
        "wrong_passwords": 0,
        "password_id": n,
    }


def password(n: int) -> dict[str, object]:
    """Return the row of an account's password."""
    last = NOW + timedelta(days=7)
    return {
        "id": n,
        "user_id": n,
        "hash": "x",
        "temporary": False,
        "made_at": NOW,
        "expires_at": last,
    }


def planned(n: int, *, is_due: bool) -> Iterator[dict[str, object]]:
    """Yield the rows of an account's reminders: one due yesterday, or all due later."""
    for threshold in EXPIRY_THRESHOLDS:
        days = -1 if is_due and threshold == EXPIRY_THRESHOLDS[0] else 30 + n % 150 - int(threshold)
        yield {
            "user_id": n,
            "password_id": n,
            "threshold": int(threshold),
            "due_at": NOW + timedelta(days=days),
            "state": "waiting",
        }


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
