"""Benchmark of three ways to reach SQLite from asyncio, which decided the store's.

They are compared by the processor time of an operation, for reads of 5 statements and writes of 15:
one after the other, 64 at once, and one after the other beside a busy thread.

    python -m benchmarks.store [--operations 300]

- `threads`: the store as it was before, with queues and threads of its own;
- `dialect`: SQLAlchemy's `sqlite+aiosqlite`, which changes threads for each statement;
- `store`: the product's, which hands whole operations to aiosqlite's threads.
"""

import argparse
import asyncio
import statistics
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.report import Row, print_rows
from benchmarks.store_threads import ThreadStore
from core.store.store import open_store

READS = 5
WRITES = 15
CONCURRENT = 64
ROUNDS = 3
NAMES = ("threads", "dialect", "store")
SITUATIONS = ("alone", "64 at once", "beside a busy thread")

Operation = Callable[[Connection], object]
Door = Callable[[Operation], Awaitable[object]]


@asynccontextmanager
async def _threads(file: Path) -> AsyncIterator[tuple[Door, Door]]:
    store = ThreadStore(str(file))
    yield store.read, store.write
    await store.close()


@asynccontextmanager
async def _dialect(file: Path) -> AsyncIterator[tuple[Door, Door]]:
    """Use the dialect as its documentation says, with the pragmas and lock of the product."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{file}", pool_size=4, max_overflow=0)
    writer = asyncio.Lock()

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's connection
        connection.isolation_level = None
        for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    async def read(operation: Operation) -> object:
        async with engine.connect() as connection:
            return await connection.run_sync(operation)

    async def write(operation: Operation) -> object:
        async with writer, engine.begin() as connection:
            return await connection.run_sync(operation)

    yield read, write
    await engine.dispose()


@asynccontextmanager
async def _store(file: Path) -> AsyncIterator[tuple[Door, Door]]:
    store = await open_store(f"sqlite:///{file}")
    yield store.read, store.write
    await store.close()


WAYS = dict(zip(NAMES, (_threads, _dialect, _store), strict=True))
_INSERT = text("INSERT INTO people (name) VALUES (:name)")
_SELECT = text("SELECT id, name FROM people WHERE id = :id")


def _read(tx: Connection) -> None:
    for number in range(READS):
        tx.execute(_SELECT, {"id": number + 1}).all()


def _write(tx: Connection) -> None:
    for number in range(WRITES):
        tx.execute(_INSERT, {"name": f"Ida {number}"})


def _make_table(tx: Connection) -> None:
    tx.execute(text("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)"))
    tx.execute(_INSERT, [{"name": f"Ida {number}"} for number in range(1000)])


async def _microseconds(door: Door, operation: Operation, number: int, at_once: int) -> float:
    """Run so many operations; return the processor time of one, all threads counted."""
    left = iter(range(number))

    async def one_after_the_other() -> None:
        for _ in left:
            await door(operation)

    began = time.process_time()
    await asyncio.gather(*[one_after_the_other() for _ in range(at_once)])
    return (time.process_time() - began) / number * 1e6


async def _busy_microseconds(door: Door, operation: Operation, number: int) -> float:
    """Do the same beside a thread that computes without end, whose own time is left out."""
    stop = threading.Event()
    spent: list[float] = []

    def compute() -> None:
        began = time.thread_time()
        while not stop.is_set():
            sum(range(1000))
        spent.append(time.thread_time() - began)

    busy = threading.Thread(target=compute)
    began = time.process_time()
    busy.start()
    try:
        for _ in range(number):
            await door(operation)
    finally:
        stop.set()
        await asyncio.to_thread(busy.join)
    return (time.process_time() - began - spent[0]) / number * 1e6


async def _measured(operations: int) -> dict[tuple[str, str, str], float]:
    """Return the microseconds by way, kind and situation: the median of alternating rounds."""
    found: dict[tuple[str, str, str], list[float]] = {}
    with TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            for name, way in WAYS.items():
                file = Path(folder) / f"{name}{number}.sqlite3"
                async with way(file) as (reading, writing):
                    await writing(_make_table)
                    for kind, door, operation in (
                        ("read", reading, _read),
                        ("write", writing, _write),
                    ):
                        taken = (
                            await _microseconds(door, operation, operations, 1),
                            await _microseconds(door, operation, operations, CONCURRENT),
                            await _busy_microseconds(door, operation, max(1, operations // 10)),
                        )
                        for situation, each in zip(SITUATIONS, taken, strict=True):
                            found.setdefault((name, kind, situation), []).append(each)
    return {key: statistics.median(each) for key, each in found.items()}


async def rows(operations: int = 300) -> list[Row]:
    """Measure all ways; each row compares the product's store with the former threads."""
    found = await _measured(operations)
    return [_row(found, kind, situation) for kind in ("read", "write") for situation in SITUATIONS]


def _row(found: dict[tuple[str, str, str], float], kind: str, situation: str) -> Row:
    threads, dialect, store = (found[name, kind, situation] for name in NAMES)
    statements = READS if kind == "read" else WRITES
    return Row(
        f"the store: a {kind} of {statements} statements, {situation}",
        "threads and queues of our own",
        *(store / threads, 1.25, 1),
        f"{store:.0f} µs of a processor, threads {threads:.0f}, a hop a statement {dialect:.0f}",
    )


def main() -> None:
    """Parse the arguments, measure, and print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=300)
    print_rows(asyncio.run(rows(parser.parse_args().operations)))


if __name__ == "__main__":
    main()
